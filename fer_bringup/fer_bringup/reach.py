"""How far the nodes are heard: this machine alone, or the network. Decided before rclpy starts; needs no ROS."""

import os
from collections.abc import Mapping, MutableMapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from fer_bringup.errors import BringupError

REACHES = ("machine", "network")
PROFILE_NAME = "fastdds_this_machine.xml"
PROFILE_VARIABLES = ("FASTDDS_DEFAULT_PROFILES_FILE", "FASTRTPS_DEFAULT_PROFILES_FILE")
"""The second one is Fast DDS's before version 3 (Humble, Jazzy)."""
_OLD_FAST_DDS = ("humble", "iron", "jazzy")
RANGE = "ROS_AUTOMATIC_DISCOVERY_RANGE"
ONLY_LOCALHOST = "ROS_LOCALHOST_ONLY"
"""What Humble has for the range."""
_OF_THE_USER = (
    *PROFILE_VARIABLES,
    "FASTDDS_BUILTIN_TRANSPORTS",
    "ROS_DISCOVERY_SERVER",
    "ROS_STATIC_PEERS",
    "CYCLONEDDS_URI",
    "ZENOH_SESSION_CONFIG_URI",
)
_FOUND_IN_THE_FOLDER = ("DEFAULT_FASTDDS_PROFILES.xml", "DEFAULT_FASTRTPS_PROFILES.xml")


def profile_path() -> Path:
    """Where the transport profile for this machine alone lies.

    Raises:
        BringupError: it is neither installed nor in the source tree.
    """
    places = [Path(__file__).resolve().parents[1] / "config" / PROFILE_NAME]
    try:
        from ament_index_python.packages import get_package_share_directory

        places.append(Path(get_package_share_directory("fer_bringup")) / "config" / PROFILE_NAME)
    except (ImportError, LookupError):
        pass
    for place in places:
        if place.is_file():
            return place
    raise BringupError(f"the transport profile {PROFILE_NAME} is not there; build fer_bringup again")


def of_the_user(environment: Mapping[str, str], folder: Path | None = None) -> str | None:
    """Find the first setting by which the user chose a transport or how far discovery goes; None where there is none.

    A range of LOCALHOST chooses this machine, which is what we would do; so does ROS_LOCALHOST_ONLY=1.

    Args:
        environment: the environment's variables.
        folder: where the program runs, which Fast DDS looks into for a profile; None: nowhere.
    """
    for name in _OF_THE_USER:
        if environment.get(name) and not _is_ours(environment[name]):
            return name
    ours = any(_is_ours(environment.get(name, "")) for name in PROFILE_VARIABLES)
    if environment.get(RANGE, "LOCALHOST") not in ("LOCALHOST", "SYSTEM_DEFAULT" if ours else "LOCALHOST"):
        return RANGE
    if environment.get(ONLY_LOCALHOST) == "0":
        return ONLY_LOCALHOST
    return next((name for name in _FOUND_IN_THE_FOLDER if folder and (folder / name).is_file()), None)


def settings(reach: str, environment: Mapping[str, str], folder: Path | None = None) -> dict[str, str | None]:
    """Tell what has to change in the environment for a reach; None: the variable has to go.

    Args:
        reach: one of `REACHES`, or empty: this machine, unless the user has chosen a transport or a range.
        environment: the environment's variables.
        folder: where the program runs, which Fast DDS looks into for a profile; None: nowhere.

    Raises:
        BringupError: the reach is unknown, or the profile is not there.
    """
    if reach and reach not in REACHES:
        raise BringupError(f"reach is '{reach}', expected one of {', '.join(REACHES)}")
    if reach == "network":
        return _network(environment)
    if not reach and of_the_user(environment, folder):
        return {}
    if not _is_fastdds(environment):
        return {} if environment.get(RANGE) else {RANGE: "LOCALHOST"}
    # LOCALHOST would add transports to the profile's, whose sockets are bound to every address, and shared memory.
    profile = str(profile_path())
    return {**dict.fromkeys(_variables(environment), profile), RANGE: "SYSTEM_DEFAULT", ONLY_LOCALHOST: None}


def within(reach: str, environment: Mapping[str, str], *, alone: bool) -> dict[str, str]:
    """Return the environment of nodes that somebody else's process starts, with what a reach changes.

    Args:
        reach: as of `settings`.
        environment: the environment's variables.
        alone: whether nothing that is wanted lies outside of what is started; else an empty reach changes nothing.

    Raises:
        BringupError: as `settings`.
    """
    found = dict(environment)
    if reach or alone:
        apply(reach, found)
    return found


def apply(reach: str, environment: MutableMapping[str, str] | None = None) -> None:
    """Change the environment of this process, and of what it starts, for a reach; before rclpy starts.

    Raises:
        BringupError: as `settings`.
    """
    environment = os.environ if environment is None else environment
    for name, value in settings(reach, environment, Path.cwd()).items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = value


def _variables(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Name the variables that this Fast DDS reads; both where that isn't known: version 3 warns of the old one."""
    try:
        wheel = version("ros-fastdds")
    except PackageNotFoundError:
        wheel = ""
    if environment.get("ROS_DISTRO", "") in _OLD_FAST_DDS or not (environment.get("ROS_DISTRO") or wheel):
        return PROFILE_VARIABLES
    if not environment.get("ROS_DISTRO") and int(wheel.partition(".")[0]) < 3:
        return PROFILE_VARIABLES
    return PROFILE_VARIABLES[:1]


def _network(environment: Mapping[str, str]) -> dict[str, str | None]:
    changes: dict[str, str | None] = {}
    for name in PROFILE_VARIABLES:
        if _is_ours(environment.get(name, "")):
            changes[name] = None
    if environment.get(RANGE, "LOCALHOST") == "LOCALHOST" or changes:
        changes[RANGE] = "SUBNET"
    if environment.get(ONLY_LOCALHOST, "0") != "0":
        changes[ONLY_LOCALHOST] = "0"
    return changes


def _is_ours(value: str) -> bool:
    return Path(value).name == PROFILE_NAME


def _is_fastdds(environment: Mapping[str, str]) -> bool:
    """Whether Fast DDS carries the topics: ROS 2's default, and the one that the profile is for."""
    return environment.get("RMW_IMPLEMENTATION", "").startswith("rmw_fastrtps") or not environment.get(
        "RMW_IMPLEMENTATION"
    )
