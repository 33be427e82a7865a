"""The drawing itself: size on paper, type, colours, legends clear of data, files written whole."""

import subprocess
import sys
from itertools import combinations

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text
from matplotlib.ticker import AutoMinorLocator

from pairlab.errors import InputError, OutputError
from pairlab.plot import description as d
from pairlab.plot import style, text
from pairlab.plot.matplotlib_backend import render, save
from pairlab.plot.ticks import MinorTicks, plain_numbers, set_ticks, without_markup

X = np.linspace(0.0, 1.0, 50)


def curves(count=3, **changes):
    """A panel with several curves that leave no corner free."""
    lines = [
        d.Line(X, 1 + 0.2 * n + 0.1 * np.sin(9 * X), f"curve {n}", *style.appearance(n))
        for n in range(count)
    ]
    lines.append(d.Line(X, 0 * X + 0.01, "floor", "black"))
    panel = {"x": d.Axis("Energy (meV)", limits=(0.0, 1.0)), "y": d.Axis("Gap (meV)")}
    return d.Panel(**{**panel, "series": tuple(lines), "title": "A title", **changes})


def cells(**changes):
    frame = {"x": d.Axis("Length (nm)"), "y": d.Axis("Coupling")}
    z = np.add.outer(X[:20], X[:30])
    z[3, 4] = np.nan
    series = d.Map(X[:30], X[:20], z, "Critical temperature (K)", levels=(0.2, 0.4))
    return d.Panel(**{**frame, "series": (series,), **changes})


def page(count=6):
    panels = tuple([curves(), cells(), curves(6)] * (count // 3))
    words = "Status: disputed, and the sentence that says so is long enough to need two lines. "
    return d.Figure(panels, "A title", footer=2 * words, columns=3, row_height=52.0)


@pytest.fixture(scope="module")
def drawn_page():
    figure = render(page())
    figure.draw_without_rendering()  # puts the texts of legends in their final places
    return figure


def visible_texts(figure):
    renderer = figure.canvas.get_renderer()
    for item in figure.findobj(Text):
        if item.get_visible() and item.get_text().strip():
            yield item, item.get_window_extent(renderer)


@pytest.mark.parametrize("kind", ["png", "pdf", "svg"])
def test_a_figure_is_drawn_once_and_laid_out_without_drawing(tmp_path, monkeypatch, kind):
    calls = []

    def count(owner, name):
        do = getattr(owner, name)

        def counted(self, *arguments, **options):
            calls.append(f"{owner.__name__}.{name}")
            return do(self, *arguments, **options)

        monkeypatch.setattr(owner, name, counted)

    for owner, name in ((Figure, "draw"), (Axes, "draw"), (Axes, "get_tightbbox")):
        count(owner, name)
    figure = render(page(3))
    assert calls == []
    save(figure, tmp_path / f"a.{kind}")
    assert calls == ["Figure.draw"] + 4 * ["Axes.draw"]  # three panels and one colour bar


@pytest.mark.parametrize("limits", [(0.0, 1.0), (-3.2e-4, 7.9e-4), (105.0, 0.3), (0.31, 0.32)])
def test_minor_ticks_are_those_of_matplotlib(limits):
    images = []
    for own in (True, False):
        figure = Figure(dpi=300)
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        set_ticks(axes, "x", d.Axis(""))
        set_ticks(axes, "y", d.Axis(""))
        axes.set(xlim=limits, ylim=limits)
        if not own:
            for ticks in axes.findobj(MinorTicks):
                ticks.remove()
            for axis in (axes.xaxis, axes.yaxis):
                axis.set_minor_locator(AutoMinorLocator())
        axes.tick_params(which="both", direction="in", top=True, right=True, color="green")
        figure.canvas.draw()
        images.append(np.asarray(figure.canvas.buffer_rgba()))
    assert np.array_equal(*images)


@pytest.mark.parametrize("width", [d.ONE_COLUMN, d.TWO_COLUMNS])
def test_image_has_the_printed_size_at_the_printed_resolution(tmp_path, width):
    figure = d.Figure((curves(),), "t", "f", width, columns=1, row_height=60.0)
    path = save(render(figure), tmp_path / "a.png")
    height, pixels = imread(path).shape[:2]
    assert pixels == pytest.approx(width / 25.4 * 300, abs=1)
    assert height >= 60 / 25.4 * 300


def test_type_is_legible_and_inside_the_page(drawn_page):
    figure = drawn_page
    box = figure.bbox
    for item, extent in visible_texts(figure):
        assert item.get_fontsize() >= 6.0, item.get_text()
        assert extent.x0 >= box.x0 - 1, item.get_text()
        assert extent.x1 <= box.x1 + 1, item.get_text()
        assert extent.y0 >= box.y0 - 1, item.get_text()
        assert extent.y1 <= box.y1 + 1, item.get_text()


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_long_labels_stay_on_the_page_and_apart(columns, scale):
    x = d.Axis("Energy from the Fermi level (meV)", scale, limits=(0.001, 0.999))
    y = d.Axis("A quantity with a long name (10⁻³\u00a0meV)")
    wide = d.Line(X + 1e-3, -123456.0 * X, "a label")
    panels = (curves(x=x), curves(x=x, y=y, series=(wide,), title=9 * "words "), cells(x=x))
    figure = render(d.Figure(panels + panels, "t", "f", columns=columns, row_height=52.0))
    renderer = figure.canvas.get_renderer()
    boxes = [axes.get_tightbbox(renderer) for axes in figure.axes[:6]]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert min(box.x0 for box in boxes) >= 0
    assert max(box.x1 for box in boxes) <= figure.bbox.x1
    widths = [axes.get_window_extent().width for axes in figure.axes[:2]]
    assert widths[0] == pytest.approx(widths[1])


@pytest.mark.parametrize("title", ["Title", 9 * "words "])
def test_a_power_of_ten_above_the_axis_does_not_touch_the_title(title):
    large = curves(series=(d.Line(X, 3e7 * X, "a"),), title=title)
    figure = render(d.Figure((large, large), columns=2))
    figure.draw_without_rendering()
    axes, renderer = figure.axes[0], figure.canvas.get_renderer()
    power = axes.yaxis.get_offset_text()
    assert power.get_text() == "×10⁷"
    begins = ("(a)", "Title", "words")
    drawn = [item for item in axes.findobj(Text) if item.get_text().startswith(begins)]
    boxes = [item.get_window_extent(renderer) for item in drawn]
    assert len(boxes) == 2
    assert not any(box.overlaps(power.get_window_extent(renderer)) for box in boxes)
    assert max(box.y1 for box in boxes) <= figure.bbox.y1


def test_labels_of_ticks_are_plain_text():
    figure = render(d.Figure((curves(y=d.Axis("Gap", "log", limits=(1e-3, 2e5))),), columns=1))
    axes = figure.axes[0]
    labels = axes.yaxis.get_major_formatter().format_ticks([1e-3, 1.0, 1e5])
    assert labels == ["10⁻³", "10⁰", "10⁵"]
    axes.set(yscale="linear", ylim=(0, 3e7))
    axes.yaxis.set_major_formatter(plain_numbers())
    figure.draw_without_rendering()
    assert axes.yaxis.get_major_formatter().get_offset() == "1e7"  # outside of `render`
    assert without_markup(r"$\mathdefault{2\times10^{−3}}$") == "2×10⁻³"
    assert without_markup(r"$\times\mathdefault{10^{7}}\mathdefault{}$") == "×10⁷"


def test_footer_and_title_do_not_touch_panels(drawn_page):
    figure = drawn_page
    renderer = figure.canvas.get_renderer()
    panels = [axes.get_tightbbox(renderer) for axes in figure.axes]
    for item in figure.texts:
        extent = item.get_window_extent(renderer)
        assert not any(extent.overlaps(panel) for panel in panels), item.get_text()


def test_panels_do_not_touch_each_other(drawn_page):
    figure = drawn_page
    renderer = figure.canvas.get_renderer()
    drawn = [axes for axes in figure.axes if axes.get_title(loc="left")]
    assert len(drawn) == 6
    boxes = [axes.get_tightbbox(renderer) for axes in drawn]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_lines_take_their_colours_from_the_palette():
    figure = render(d.Figure((curves(7),), columns=1))
    colours = {to_hex(line.get_color()).upper() for line in figure.axes[0].lines}
    assert colours <= {code.upper() for code in style.LINE_COLOURS.values()}
    assert len(colours) == len(style.SEQUENCE)
    styles = [(line.get_color(), line.get_linestyle()) for line in figure.axes[0].lines[:7]]
    assert len(set(styles)) == 7


def test_colours_of_lines_stand_out_on_white():
    for name in {*style.SEQUENCE, style.BAD_COLOUR, "grey"}:
        assert style.contrast(style.colour_code(name), "#FFFFFF") >= 3.0, name
    assert style.contrast("#000000", "#FFFFFF") == pytest.approx(21.0)


def lightness_and_hue(linear):
    """CIE Lab of linear sRGB, D65."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(np.maximum(to_xyz @ linear / [0.9505, 1.0, 1.089], 1e-4))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_colours_differ_for_the_colour_blind():
    # Viénot, Brettel, Mollon 1999: what a protanope and a deuteranope see, in linear RGB.
    blind = {
        "protan": np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]),
        "deutan": np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]),
    }
    for matrix in blind.values():
        seen = {}
        for name in style.SEQUENCE:
            code = style.colour_code(name)
            rgb = np.array([int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)])
            seen[name] = lightness_and_hue(np.clip(matrix @ rgb**2.2, 0, 1))
        for first, second in combinations(style.SEQUENCE, 2):
            # 2.3 is just noticeable; ten is different at a glance.
            assert np.linalg.norm(seen[first] - seen[second]) > 10, (first, second)


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("count", [2, 5])
def test_legend_hides_no_data(scale, count):
    panel = curves(count, y=d.Axis("Gap (meV)", scale), legend_title="Coupling")
    figure = render(d.Figure((panel,), width=d.ONE_COLUMN, columns=1))
    axes = figure.axes[0]
    box = axes.get_legend().get_window_extent(figure.canvas.get_renderer())
    for line in axes.lines:
        fine = np.linspace(0, 1, 2000)
        y = np.interp(fine, line.get_xdata(), line.get_ydata())
        points = axes.transData.transform(np.column_stack([fine, y]))
        inside = (points > [box.x0, box.y0]) & (points < [box.x1, box.y1])
        assert not inside.all(axis=1).any()
    assert box.x0 >= axes.bbox.x0
    assert box.x1 <= axes.bbox.x1


def test_failures_are_last_in_the_legend():
    cross = d.Points(X[:1], X[:1], "inaccurate", style.BAD_COLOUR, "cross")
    edge = d.EdgeMarks(X[:2], "no result", style.BAD_COLOUR)
    panel = curves(series=(edge, cross, d.Mark(0.5, "μ"), d.Line(X, X, "curve", "blue")))
    legend = render(d.Figure((panel,), columns=1)).axes[0].get_legend()
    labels = [item.get_text() for item in legend.get_texts()]
    assert labels[:2] == ["curve", "μ"]
    assert sorted(labels[2:]) == ["inaccurate", "no result"]


def test_missing_cells_of_a_map_are_hatched_and_explained():
    figure = render(d.Figure((cells(),), columns=1))
    axes = figure.axes[0]
    assert [item.get_text() for item in axes.get_legend().get_texts()] == ["no result"]
    assert any(patch.get_hatch() for patch in axes.patches)
    assert figure.axes[1].get_ylabel() == "Critical temperature (K)"


def test_drawing_changes_no_global_setting(monkeypatch):
    monkeypatch.setitem(matplotlib.rcParams, "lines.linewidth", 7.0)
    monkeypatch.setitem(matplotlib.rcParams, "axes.facecolor", "red")
    before = dict(matplotlib.rcParams)
    figure = render(d.Figure((curves(),), columns=1))
    assert dict(matplotlib.rcParams) == before
    assert to_hex(figure.axes[0].get_facecolor()) == "#ffffff"


def test_describing_needs_no_drawing_library_and_drawing_no_pyplot():
    code = (
        "import sys, pairlab.plot.figures; assert 'matplotlib' not in sys.modules\n"
        "import pairlab.plot.matplotlib_backend; assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_same_figure_gives_the_same_file(tmp_path):
    for kind in ("png", "pdf", "svg"):
        figures = (d.Figure((cells(),), "t", "f", d.ONE_COLUMN, columns=1) for _ in "ab")
        one, two = (
            save(render(figure), tmp_path / f"{n}.{kind}").read_bytes()
            for n, figure in zip("ab", figures, strict=True)
        )
        assert one == two, kind


def test_kind_of_file_follows_the_extension(tmp_path):
    figure = render(d.Figure((curves(),), columns=1))
    assert save(figure, tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert b"<svg" in save(figure, tmp_path / "a.svg").read_bytes()
    with pytest.raises(InputError, match='Did you mean "png"'):
        save(figure, tmp_path / "a.pngg")
    with pytest.raises(InputError, match="End the name in"):
        save(figure, tmp_path / "figure")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "a.svg"]


def test_unwritable_place_is_a_sentence(tmp_path):
    figure = render(d.Figure((curves(),), columns=1))
    with pytest.raises(OutputError, match="no folder"):
        save(figure, tmp_path / "absent" / "a.png")
    (tmp_path / "b.png").mkdir()
    with pytest.raises(OutputError, match="folder"):
        save(figure, tmp_path / "b.png")


def test_old_file_survives_a_failing_save(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    figure = render(d.Figure((curves(),), columns=1))
    save(figure, path)
    old = path.read_bytes()

    def full_disk(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full_disk)
    with pytest.raises(OutputError, match="no space left"):
        save(figure, path)
    monkeypatch.undo()
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_text_is_measured_as_it_is_drawn():
    words = "Wavevector across the wires (π/d)"
    figure = render(d.Figure((curves(x=d.Axis(words)),), width=d.TWO_COLUMNS, columns=1))
    extent = figure.axes[0].xaxis.label.get_window_extent(figure.canvas.get_renderer())
    points = extent.width * 72 / figure.dpi
    assert text.width(words, style.TYPE_SIZE["label"]) == pytest.approx(points, rel=0.03)


def test_lines_of_text_fit_and_lose_nothing():
    words = "density of states per spin (10⁻³\u00a0meV⁻¹\u00a0nm⁻²)"
    lines = text.wrap(words, 7.0, 60.0)
    assert " ".join(lines) == words
    assert lines[-1].endswith("(10⁻³\u00a0meV⁻¹\u00a0nm⁻²)")
    assert all(text.width(line, 7.0) <= 60.0 or " " not in line for line in lines)
