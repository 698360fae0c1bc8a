#!/bin/sh
# npm runs this at the end of "npm ci". Commits run the checks from then on: .githooks/pre-commit. Nothing happens in CI,
# without a repository here, or where somebody has hooks of their own.
[ -n "$CI" ] && exit 0
if [ -e .git ] && ! git config --get core.hooksPath >/dev/null 2>&1; then
  git config core.hooksPath .githooks 2>/dev/null && echo 'Each commit runs "npm run check" first (.githooks/pre-commit).'
fi
echo 'Installed. "npm start" builds Atrium and serves it with a demo.'
