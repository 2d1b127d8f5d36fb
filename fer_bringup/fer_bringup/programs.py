"""What the installed executables call."""

from fer_common.program import starter

source_node = starter("fer_bringup.source_node")
ambient = starter("fer_bringup.ambient")
