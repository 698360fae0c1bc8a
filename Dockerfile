# docker build --build-arg VERSION=1.2.3 --tag atrium:1.2.3 .
ARG NODE_IMAGE=node:24-bookworm-slim@sha256:235600a8101ab264e117b1768e925532262668dc9b581ef1dd7d96ced463b8e7

# Compiles, on the builder's own platform: JavaScript is the same on all. Nothing of this stage but dist/ and desk/dist/ is
# shipped. The optional packages hold the bundler of the desk for this platform.
FROM --platform=${BUILDPLATFORM} ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY desk/package.json desk/
RUN npm ci --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY tools tools
COPY migrations migrations
COPY src src
COPY openapi.json ./
COPY client/src client/src
COPY desk desk
RUN npm run build && chmod +x dist/src/cli.js

# What runs in production, less what is only there for other machines, compilers and editors.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
COPY desk/package.json desk/
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund \
  && cd node_modules \
  && rm -rf better-sqlite3/deps better-sqlite3/src \
  && find better-sqlite3/prebuilds -type f ! -name "linux-$(node -p process.arch).node" -delete \
  && find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM ${NODE_IMAGE}
ARG NODE_IMAGE
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="atrium" \
  org.opencontainers.image.description="Campaigns and events of many shopping centres, served from one service" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.base.name="${NODE_IMAGE}"
# Metrics are for those who watch, not for whoever reaches port 3000.
ENV NODE_ENV=production METRICS_PORT=9464
WORKDIR /app
# The only folder that is written to, and by the embedded default only: the rest may be read-only.
RUN mkdir -m 700 data && chown 1000:1000 data && ln -s /app/dist/src/cli.js /usr/local/bin/atrium
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist/src dist/src
COPY --from=build /app/dist/migrations dist/migrations
COPY --from=build /app/desk/dist desk/dist
COPY package.json ./
VOLUME ["/app/data"]
# The user "node" of the base image, as a number: Kubernetes can then see that it isn't root.
USER 1000:1000
EXPOSE 3000 9464
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and hears SIGTERM itself.
CMD ["node", "--enable-source-maps", "dist/src/main.js"]
