# docker build --tag sgcldff . ; docs/cluster.md says how to use it. Apptainer reads the image.
FROM python:3.11.11-slim-bookworm

# make for the one command that installs; the rest is in the packages.
RUN apt-get update && apt-get install --yes --no-install-recommends make && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home --uid 1000 reader && mkdir /sgcldff /work && chown reader /sgcldff /work
USER reader
WORKDIR /sgcldff
COPY --chown=reader pyproject.toml constraints.txt README.md LICENSE Makefile Snakefile config.yaml ./
COPY --chown=reader baselines baselines
COPY --chown=reader sgcldff sgcldff
COPY --chown=reader workflow workflow
RUN make .venv/ready PYTHON=python3 && rm -rf /home/reader/.cache

# Results and reports go to the folder that is mounted at /work.
ENV PATH=/sgcldff/.venv/bin:$PATH
WORKDIR /work
ENTRYPOINT ["snakemake", "--snakefile", "/sgcldff/Snakefile"]
CMD ["--cores", "2", "--configfile", "/sgcldff/workflow/configs/demo.yaml", "--scheduler", "greedy"]
