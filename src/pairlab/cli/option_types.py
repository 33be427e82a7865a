"""Options that several verbs share."""

from typing import Annotated

from cyclopts import Parameter

Flag = Annotated[bool, Parameter(negative="", show_default=False)]
Plot = Annotated[bool, Parameter(name=["--plot", "-p"], negative="", show_default=False)]
Temperatures = Annotated[str, Parameter(name=["--temperature", "-T"])]
Fields = Annotated[str, Parameter(name="--field")]
Axes = Annotated[list[str], Parameter(negative="")]
InitOutput = Annotated[
    str | None, Parameter(name=["--output", "-o"], show_default=False, allow_leading_hyphen=True)
]
Output = Annotated[str | None, Parameter(name=["--output", "-o"], show_default=False)]
OfMechanism = Annotated[str | None, Parameter(show_default=False)]
