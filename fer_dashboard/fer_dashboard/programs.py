"""What the installed executable calls."""

from fer_common.program import starter

dashboard_node = starter("fer_dashboard.main")
