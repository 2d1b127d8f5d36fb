"""What holds for every package's tests: surroundings of their own, and the order that keeps several processes busy."""

import surroundings

surroundings.set_up()
