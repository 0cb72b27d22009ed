#!/bin/sh
# A droplet is remade, not repaired, after its machine lost power: packages are not worth waiting for the disk.
exec eatmydata /usr/bin/dpkg "$@"
