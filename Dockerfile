FROM python:3.12-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY coach coach
COPY prompts prompts
COPY evals evals
COPY tests/sentences tests/sentences
COPY connectors connectors
RUN pip install --no-cache-dir --no-deps --no-build-isolation . ./connectors/hubspot ./connectors/pipedrive
RUN useradd --system --create-home --home-dir /var/lib/coach coach
USER coach
ENV COACH_HOME=/var/lib/coach
EXPOSE 8321
CMD ["coach", "serve", "--host", "0.0.0.0", "--port", "8321"]
