# Tells whether the node has been one ("held"), and whether the data of that time is there ("data").
[ ! -e "$FLAGS_HELD" ] || printf 'held '
if holds_data; then echo data; else echo; fi
