#!/bin/sh
# Runs Tomcat in the foreground with this folder as its base. The folder may be read-only: compiled pages and temporary
# files go below RUNTIME_DIRECTORY (systemd sets it), so that none of them outlives the process or the release.
# The port comes from APP_PORT; the log goes to standard error.
set -eu
: "${APP_PORT:?is the port to listen at}"
: "${DATABASE_PASSWORD:?is the database password}"
CATALINA_BASE=$(cd "$(dirname "$0")" && pwd -P)
RUNTIME_DIRECTORY=${RUNTIME_DIRECTORY:-${TMPDIR:-/tmp}/itrust-$APP_PORT}
home=/usr/share/tomcat10
export RUNTIME_DIRECTORY
mkdir -p "$RUNTIME_DIRECTORY/work" "$RUNTIME_DIRECTORY/temp"
cd "$CATALINA_BASE"

# A small heap and a compiler that is quick to start: an instance shares a host of one gigabyte.
# shellcheck disable=SC2016 # The dollars in the log format are for the formatter.
exec java -Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData \
  -Djava.awt.headless=true \
  -Djava.io.tmpdir="$RUNTIME_DIRECTORY/temp" \
  -Djava.util.logging.SimpleFormatter.format='%4$s %3$s: %5$s%6$s%n' \
  -Dorg.apache.tomcat.util.digester.PROPERTY_SOURCE=org.apache.tomcat.util.digester.EnvironmentPropertySource \
  -Dcatalina.home="$home" -Dcatalina.base="$CATALINA_BASE" \
  -classpath "$home/bin/bootstrap.jar:$home/bin/tomcat-juli.jar:/usr/share/java/mariadb-java-client.jar" \
  org.apache.catalina.startup.Bootstrap start
