{{/* What a schema cannot say: values that are each right and together wrong. */}}
{{- define "atrium.refuseMistakes" -}}
{{- $values := .Values }}
{{- if $values.database.embedded }}
{{- if $values.autoscaling.enabled }}
{{- fail "autoscaling.enabled: the embedded database belongs to one pod. Set autoscaling.enabled=false, or database.embedded=false and a SQL Server" }}
{{- end }}
{{- if gt (int $values.replicaCount) 1 }}
{{- fail "replicaCount: the embedded database belongs to one pod. Set replicaCount=1, or database.embedded=false and a SQL Server" }}
{{- end }}
{{- if $values.migration.enabled }}
{{- fail "migration.enabled: the embedded database is migrated by its pod as it starts. Set migration.enabled=false" }}
{{- end }}
{{- if $values.secrets.databaseUrl }}
{{- fail "secrets.databaseUrl: not with database.embedded=true. Choose one of the two" }}
{{- end }}
{{- end }}
{{- if $values.existingSecret }}
{{- if or $values.secrets.databaseUrl $values.secrets.redisUrl $values.secrets.jwtSecret }}
{{- fail "secrets: not with existingSecret. Put the keys DATABASE_URL, REDIS_URL and JWT_SECRET into that secret" }}
{{- end }}
{{- else }}
{{- if and (not $values.database.embedded) (not $values.secrets.databaseUrl) }}
{{- fail "existingSecret: name a secret with the keys DATABASE_URL, JWT_SECRET and, if you have one, REDIS_URL; or, for a trial, set secrets.databaseUrl, or database.embedded=true" }}
{{- end }}
{{- if not (or $values.secrets.jwtSecret $values.config.JWT_ISSUER $values.config.JWKS_URL) }}
{{- fail "secrets.jwtSecret: tokens need a key. Name an existingSecret, or set secrets.jwtSecret, config.JWT_ISSUER or config.JWKS_URL" }}
{{- end }}
{{- end }}
{{- if and $values.secrets.jwtSecret (or $values.config.JWT_ISSUER $values.config.JWKS_URL) }}
{{- fail "secrets.jwtSecret: not with config.JWT_ISSUER or config.JWKS_URL. Tokens are of one kind" }}
{{- end }}
{{- if and $values.redis.enabled $values.secrets.redisUrl }}
{{- fail "redis.enabled: not with secrets.redisUrl. Choose one of the two" }}
{{- end }}
{{- if ge (int $values.shutdown.drainDelayMs) (int $values.shutdown.graceMs) }}
{{- fail "shutdown.drainDelayMs: it is part of shutdown.graceMs, and must be less" }}
{{- end }}
{{- if and $values.autoscaling.enabled (gt (int $values.autoscaling.minReplicas) (int $values.autoscaling.maxReplicas)) }}
{{- fail "autoscaling.minReplicas: more than autoscaling.maxReplicas" }}
{{- end }}
{{- if and (not $values.metrics.enabled) (or $values.serviceMonitor.enabled $values.prometheusRule.enabled) }}
{{- fail "metrics.enabled: serviceMonitor and prometheusRule need metrics. Set metrics.enabled=true" }}
{{- end }}
{{- end }}
