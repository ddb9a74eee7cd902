# clock.sh - the time for limits and lengths
# shellcheck shell=bash

# By a clock that nobody sets; it shows hundredths of a second.
ms()
{
	local up _

	read -r up _ </proc/uptime
	up=${up/./}
	echo $((10#$up * 10))
}
