#!/usr/bin/env bash
# examples/live-chat in Python, Java and Go, on the packages that users of those languages get: each has tests of its own, and
# synthesizes the template of the TypeScript one. Needs a compiled library (`npx projen compile`), Python 3.10, Java 17, Maven
# and Go 1.25, or later ones; the rest is downloaded.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20 CDK_DISABLE_CLI_TELEMETRY=true
passed=0

# Runs a step without its output, which is shown if the step fails.
step() {
  local title=$1 start=$SECONDS
  shift
  printf '%s ... ' "$title"
  if ! "$@" > "$work/log" 2>&1; then
    printf 'failed\n\n'
    cat "$work/log"
    printf '\nTests: 1 failed (%s), %s passed\n' "$title" "$passed"
    exit 1
  fi
  printf '%s s\n' $((SECONDS - start))
}

# Adds what the last step has counted: unittest's "Ran 4 tests", the total of Maven, go's "--- PASS", jest's "Tests: 10 passed".
count() {
  local n
  n=$(sed -nE '
    s/^Ran ([0-9]+) tests? in.*/\1/p
    s/.*Tests run: ([0-9]+), .*Skipped: 0$/\1/p
    s/^--- PASS.*/1/p
    s/^Tests: .* ([0-9]+) passed,.*/\1/p
  ' "$work/log" | paste -sd+)
  passed=$((passed + ${n:?no test summary of the last step}))
}

if [ ! -e .jsii ]; then step 'Compile' npx projen compile; fi
rm -rf dist/{python,java,go}
for language in python java go; do
  step "Package for $language" npx projen "package:$language"
done
step 'Generate for dotnet' npx jsii-pacmak --code-only --target dotnet --outdir "$work/output"
cp -r dist "$work/packages"
cp -r test/languages/{python,java,go} "$work"

step 'Bundle the functions' npx esbuild \
  review-handler/index=examples/live-chat/review-handler.ts token-handler/index=examples/live-chat/token-handler.ts \
  --bundle --minify --platform=node --target=node24 --main-fields=module,main --outdir="$work/handlers"

# Synthesizes the app of the current folder.
synth() { "$root/node_modules/.bin/cdk" synth --quiet --no-version-reporting --no-asset-metadata --no-notices --output "$work/output/$1"; }
cd examples/live-chat
step 'Synthesize in TypeScript' synth typescript

cd "$work/python"
python3 -m venv "$work/venv"
export PATH="$work/venv/bin:$PATH"
step 'Install for Python' pip install --quiet --requirement requirements.txt ../packages/python/*.whl
step 'Test in Python' python -m unittest
count
step 'Synthesize in Python' synth python

cd "$work/java"
artifact=(../packages/java/io/github/cdk-ivschat/cdk-ivschat/*/cdk-ivschat-*.pom)
step 'Install for Java' mvn --batch-mode install:install-file "-Dfile=${artifact%.pom}.jar" "-DpomFile=$artifact"
step 'Test in Java' mvn --batch-mode test
count
step 'Synthesize in Java' synth java

cd "$work/go"
step 'Install for Go' go mod tidy
step 'Test in Go' go test -v .
count
step 'Synthesize in Go' synth go

cd "$root"
export LANGUAGES_OUTPUT=$work/output
step 'Compare' npx jest --ci --coverage=false --reporters=default --testMatch '**/test/languages/templates.ts'
count

printf '\nTests: %s passed, %s total\n' "$passed" "$passed"
