# One image for both services: `livetrain serve` and `livetrain work`. See docs/operations.md, Containers.
FROM python:3.11-slim

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /livetrain

# The largest layers change least: PyTorch (gigabytes), then the other dependencies, then the code.
# TORCH_INDEX: a further package index to take PyTorch from, such as its index of builds for CPUs alone
# PIP_FIND_LINKS: where wheels of your own lie; pip reads it itself
ARG TORCH_INDEX=""
ARG PIP_FIND_LINKS=""
COPY constraints.txt ./
RUN pip install -c constraints.txt ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} torch torchvision

COPY pyproject.toml ./
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
      > /tmp/dependencies.txt \
 && pip install -c constraints.txt "setuptools>=77" -r /tmp/dependencies.txt \
 && rm /tmp/dependencies.txt

COPY README.md LICENSE ./
COPY static static
COPY templates templates
COPY ml ml
COPY app app
# In place, because the page's files lie beside the code; compiled, because at run time nothing is written here
RUN pip install --no-deps --no-build-isolation -e . && python -m compileall -q app ml

RUN useradd --uid 1000 --no-create-home --home-dir /tmp livetrain && install -d -o livetrain -g livetrain /data
USER livetrain

# What libraries would keep in the home folder goes to /tmp; everything that lasts is in /data
ENV HOME=/tmp PYTHONDONTWRITEBYTECODE=1 LIVETRAIN_DATA_DIR=/data LIVETRAIN_HOST=0.0.0.0 LIVETRAIN_PORT=8000
HEALTHCHECK --interval=10s --timeout=10s --start-period=60s --retries=3 CMD ["livetrain", "serve", "--check"]
ENTRYPOINT ["livetrain"]
CMD ["serve"]
