#!/usr/bin/env bash
# Tests the Python, Java and Go packages: examples/live-chat in each language, the quick starts of docs/languages/, and the example of the
# README as each package contains it. Each app must synthesize the same template as in TypeScript.
# Needs a compiled library (`npx projen compile`), Python 3.10, Java 17, Maven, Gradle and Go 1.25, or later versions. Downloads the rest.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20 CDK_DISABLE_CLI_TELEMETRY=true
passed=0

# Runs a command and prints its output only if it fails.
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

# Adds the number of tests of the last step: unittest's "Ran 4 tests", Maven's total, go's "--- PASS", jest's "Tests: 10 passed".
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

# Synthesizes the app in the current folder: synth NAME [--app COMMAND].
synth() {
  "$root/node_modules/.bin/cdk" synth --quiet --no-version-reporting --no-asset-metadata --no-path-metadata --no-notices \
    --output "$work/output/$1" "${@:2}"
}

if [ ! -e .jsii ]; then step 'Compile' npx projen compile; fi
rm -rf dist/{python,java,go}
for language in python java go; do
  step "Package for $language" npx projen "package:$language"
done
step 'Generate for dotnet' npx jsii-pacmak --code-only --target dotnet --outdir "$work/output"
cp -r dist "$work/packages"
cp -r test/languages/{python,java,go,quick-start} "$work"
cp -r "$work/quick-start/java-maven/src" "$work/quick-start/java-gradle"

step 'Bundle the functions' npx esbuild \
  review-handler/index=examples/live-chat/review-handler.ts token-handler/index=examples/live-chat/token-handler.ts \
  --bundle --minify --platform=node --target=node24 --main-fields=module,main --tsconfig=tsconfig.dev.json --outdir="$work/handlers"

cd examples/live-chat
step 'Synthesize live-chat in TypeScript' synth live-chat/typescript

cd "$work/python"
python3 -m venv "$work/venv"
export PATH="$work/venv/bin:$PATH"
step 'Install for Python' pip install --quiet --requirement requirements.txt ../packages/python/*.whl pyright==1.1.414
step 'Test in Python' python -m unittest
count
step 'Synthesize live-chat in Python' synth live-chat/python

cd "$work/java"
artifact=("$work"/packages/java/io/github/cdk-ivschat/cdk-ivschat/*/cdk-ivschat-*.pom)
step 'Install for Java' mvn --batch-mode install:install-file "-Dfile=${artifact%.pom}.jar" "-DpomFile=$artifact"
step 'Test in Java' mvn --batch-mode test
count
step 'Synthesize live-chat in Java' synth live-chat/java

cd "$work/go"
step 'Install for Go' go mod tidy
step 'Test in Go' go test -v .
count
step 'Synthesize live-chat in Go' synth live-chat/go

# The example of the README, from the description of the wheel, the sources jar and the Go module, is put into the quick starts.
mkdir "$work/readme"
cd "$work/readme"
cp "$root/README.md" typescript.md
python -c 'from importlib.metadata import metadata; print(metadata("cdk-ivschat").get_payload())' > python.md
jar --extract --file "${artifact%.pom}-sources.jar" io/github/cdkivschat/package-info.java
mv io/github/cdkivschat/package-info.java java.javadoc
cp "$work/packages/go/cdkivschat/README.md" go.md
cd "$root"
step 'Extract the example of the README' npx tsx test/languages/extract-readme-examples.ts "$work/readme" "$work/quick-start"

cd "$work/quick-start/typescript"
ln -s "$root/node_modules" node_modules
tsx="npx tsx --tsconfig $root/tsconfig.dev.json"
step 'Synthesize the quick start in TypeScript' synth quick-start/typescript --app "$tsx bin/chat.ts"
step 'Synthesize the README in TypeScript' synth readme/typescript --app "$tsx readme.ts"

cd "$work/quick-start/python"
step 'Check types in Python' pyright .
step 'Synthesize the quick start in Python' synth quick-start/python
step 'Synthesize the README in Python' synth readme/python --app 'python readme.py'

cd "$work/quick-start/java-maven"
step 'Synthesize the quick start in Java with Maven' synth quick-start/java-maven
step 'Synthesize the README in Java' synth readme/java --app 'mvn -e -q exec:java -Dexec.mainClass=com.example.chat.Readme'

cd "$work/quick-start/java-gradle"
cat > "$work/init.gradle" << 'END'
allprojects {
    repositories { mavenLocal() }
    tasks.withType(JavaCompile) { sourceCompatibility = targetCompatibility = '17' }
}
END
# Debian has Gradle 4.4, which sets the main class without the block `application`.
if gradle --version 2> "$work/log" | grep -q '^Gradle 4'; then
  sed -i '/^application {/,/^}/ { /^application {/d; /^}/d; s/mainClass =/mainClassName =/ }' build.gradle
fi
gradle="gradle --no-daemon --init-script $work/init.gradle"
step 'Synthesize the quick start in Java with Gradle' synth quick-start/java-gradle --app "$gradle -q run"

cd "$work/quick-start/go"
module=github.com/cdk-ivschat/cdk-ivschat-go/cdkivschat
step 'Install the quick start in Go' go mod edit -require "$module@v0.0.0" -replace "$module=$work/packages/go/cdkivschat"
step 'Download modules in Go' go mod tidy
step 'Vet in Go' go vet ./...
step 'Synthesize the quick start in Go' synth quick-start/go
step 'Synthesize the README in Go' synth readme/go --app 'go run ./readme'

cd "$root"
export LANGUAGES_OUTPUT=$work/output
step 'Compare' npx jest --ci --coverage=false --reporters=default --testMatch '**/test/languages/templates.ts'
count

printf '\nTests: %s passed, %s total\n' "$passed" "$passed"
