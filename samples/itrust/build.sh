#!/bin/sh
# Builds iTrust into build/: a complete base folder for Debian's Tomcat 10, the application exploded inside.
# Needs javac (openjdk-17-jdk-headless) and Tomcat's jars (libtomcat10-java); fetches nothing.
set -eu
cd "$(dirname "$0")"

jars=/usr/share/java
classpath=$jars/tomcat10-servlet-api.jar:$jars/tomcat10-jsp-api.jar:$jars/tomcat10-el-api.jar:$jars/tomcat10-dbcp.jar
command -v javac >/dev/null || { echo "javac is missing: apt-get install openjdk-17-jdk-headless" >&2; exit 2; }
[ -e "$jars/tomcat10-servlet-api.jar" ] || { echo "Tomcat's jars are missing: apt-get install libtomcat10-java" >&2; exit 2; }

rm -rf build
root=build/webapps/ROOT
mkdir -p "$root/WEB-INF/classes"
cp -R tomcat/. build/
cp -R web/. "$root/"
cp resources/database.properties version.txt "$root/WEB-INF/classes/"

echo "Compiling iTrust $(cat version.txt)"
javac --release 17 -encoding UTF-8 -Xlint:all -Xlint:-processing -Werror \
  -classpath "$classpath" -d "$root/WEB-INF/classes" src/itrust/*.java src/itrust/html/*.java
echo "Built $(find build -type f | wc -l) files."
