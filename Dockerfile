# docker build --build-arg COMMIT="$(git rev-parse HEAD)" --tag sgcldff . ; docs/cluster.md says how to use it, and what of
# it was tried. Apptainer reads the image.
FROM python:3.11.11-slim-bookworm

# make for the one command that installs; git for jobs of a checkout outside, which name its commit (--sdm apptainer).
RUN apt-get update && apt-get install --yes --no-install-recommends git make && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home --uid 1000 reader && mkdir /sgcldff /work && chown reader /sgcldff /work
USER reader
WORKDIR /sgcldff
COPY --chown=reader pyproject.toml constraints.txt README.md LICENSE Makefile Snakefile config.yaml ./
COPY --chown=reader baselines baselines
COPY --chown=reader sgcldff sgcldff
COPY --chown=reader workflow workflow
RUN make .venv/ready PYTHON=python3 && rm -rf /home/reader/.cache

# A file beside the code and no variable: a variable would speak for the code of a checkout outside, too.
ARG COMMIT=
RUN echo "$COMMIT" > COMMIT

# Results and reports go to the folder that is mounted at /work. A user from outside (--user) has no name here, which
# Snakemake asks for.
ENV PATH=/sgcldff/.venv/bin:$PATH LOGNAME=reader
WORKDIR /work
ENTRYPOINT ["snakemake", "--snakefile", "/sgcldff/Snakefile"]
CMD ["--cores", "2", "--configfile", "/sgcldff/workflow/configs/demo.yaml", "--scheduler", "greedy"]
