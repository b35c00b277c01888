# Praxis LRS: docker build -t praxis . && docker run -p 8080:8080 -v praxis:/data praxis
# See docs/running.md.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# The image has the right Node; the package that brings one is for machines that have not.
RUN npm ci --ignore-scripts --no-audit --no-fund && rm -rf node_modules/node node_modules/.bin/node
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/node node_modules/.bin/node

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json openapi.yaml ./
COPY statements ./statements
COPY graphql ./graphql
COPY src ./src
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
# The process runs; whether it can answer is what /ready tells a load balancer.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD \
  ["node", "-e", "fetch(`http://localhost:${process.env.OPERATIONS_PORT ?? process.env.PORT ?? 8080}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The process itself, no shell and no npm between it and SIGTERM.
CMD ["node", "src/main.ts"]
