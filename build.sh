#!/usr/bin/env bash
# Starts build.cake: ./build.sh [demo|test|test-smp|tidy|bench|pictures|pack|build] [--akka=yes|no] [options]. Everything else is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# Build servers outlive the command and hold on to memory and pipes that a caller waits for.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false

if ! command -v dotnet >/dev/null; then
  echo "build.sh: the .NET SDK is not installed; get version 10 from https://dot.net and run this again" >&2
  exit 1
fi

target="${1:-build}"
[ $# -gt 0 ] && shift
summary=artifacts/summary.txt
rm -f "$summary"

dotnet tool restore --verbosity quiet
status=0
dotnet cake build.cake --target="$target" --verbosity=normal "$@" || status=$?

# The one line that a person and a machine look for stands last.
[ -f "$summary" ] && cat "$summary"
exit $status
