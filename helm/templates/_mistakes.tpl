{{/* What a schema cannot say: values that are each right and together wrong. */}}
{{- define "atrium.refuseMistakes" -}}
{{- $values := .Values }}
{{- $outside := list }}
{{- range $values.extraEnv }}
{{- $outside = append $outside .name }}
{{- end }}
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
{{- if not (or $values.database.embedded $values.secrets.databaseUrl $values.extraEnvFrom (has "DATABASE_URL" $outside)) }}
{{- fail "existingSecret: name a secret with the keys DATABASE_URL, JWT_SECRET and, if you have one, REDIS_URL; or give them by extraEnv or extraEnvFrom; or, for a trial, set secrets.databaseUrl, or database.embedded=true" }}
{{- end }}
{{- if not (or $values.secrets.jwtSecret $values.config.JWT_ISSUER $values.config.JWKS_URL $values.extraEnvFrom (has "JWT_SECRET" $outside) (has "JWT_ISSUER" $outside) (has "JWKS_URL" $outside)) }}
{{- fail "secrets.jwtSecret: tokens need a key. Name an existingSecret, or set secrets.jwtSecret, config.JWT_ISSUER or config.JWKS_URL, or give JWT_SECRET by extraEnv or extraEnvFrom" }}
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
{{- if eq (int $values.metrics.port) 3000 }}
{{- fail "metrics.port: 3000 is the port that the world sees. Set another one, such as 9464" }}
{{- end }}
{{- range $name := $outside }}
{{- if has $name (include "atrium.decidedVariables" $ | splitList " ") }}
{{- fail (printf "extraEnv: %s is decided by the chart. Set its value instead: README.md of the chart says which" $name) }}
{{- end }}
{{- if hasKey $values.config $name }}
{{- fail (printf "extraEnv: %s is in config too. Give it once" $name) }}
{{- end }}
{{- end }}
{{- include "atrium.refuseTenants" . }}
{{- if $values.networkPolicy.enabled }}
{{- include "atrium.refuseAnyAddress" . }}
{{- end }}
{{- end }}

{{- define "atrium.refuseTenants" -}}
{{- $ids := list }}
{{- range $tenant := .Values.tenants }}
{{- range $field := list "id" "name" }}
{{- if not (kindIs "string" (get $tenant $field)) }}
{{- fail (printf "tenants: the %s %s is no text. Put it into quotes: without them YAML reads true, on, no, null and numbers as something else" $field (get $tenant $field | toJson)) }}
{{- end }}
{{- end }}
{{- if has $tenant.id $ids }}
{{- fail (printf "tenants: two have the id %q. Give each an id of its own" $tenant.id) }}
{{- end }}
{{- $ids = append $ids $tenant.id }}
{{- end }}
{{- end }}

{{/* A rule that names nobody is about everybody: all that lack a name are told at once. */}}
{{- define "atrium.refuseAnyAddress" -}}
{{- $lacking := list }}
{{- with .Values.networkPolicy.dns }}
{{- if not (include "atrium.peers" . | trim) }}
{{- $lacking = append $lacking "networkPolicy.dns" }}
{{- end }}
{{- end }}
{{- range $name, $target := include "atrium.targets" (dict "root" . "component" "server") | fromYaml }}
{{- if not (include "atrium.peers" $target | trim) }}
{{- $lacking = append $lacking (printf "networkPolicy.egress.%s" $name) }}
{{- end }}
{{- end }}
{{- with $lacking }}
{{- fail (printf "%s: say where it is, by cidrs such as [10.1.0.4/32] or by namespaces such as [databases]. For any address say so: [0.0.0.0/0, '::/0']; to keep it closed, set it to null" (join ", " .)) }}
{{- end }}
{{- end }}
