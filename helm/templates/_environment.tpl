{{/* The environment without what is secret. */}}
{{- define "atrium.environment" -}}
PORT: '3000'
{{- with .Values.host }}
HOST: {{ . | quote }}
{{- end }}
{{- with .Values.keepAliveMs }}
KEEP_ALIVE_MS: {{ . | int | quote }}
{{- end }}
SHUTDOWN_GRACE_MS: {{ .Values.shutdown.graceMs | int | quote }}
DRAIN_DELAY_MS: {{ .Values.shutdown.drainDelayMs | int | quote }}
METRICS: {{ .Values.metrics.enabled | quote }}
METRICS_PORT: {{ .Values.metrics.port | int | quote }}
{{- if .Values.database.embedded }}
DATABASE_URL: sqlite:/app/data
{{- end }}
{{- if .Values.redis.enabled }}
REDIS_URL: redis://{{ include "atrium.fullname" . }}-redis:6379
{{- end }}
{{- with .Values.tenants }}
TENANTS: {{ toJson . | quote }}
{{- end }}
{{- range $name, $value := .Values.config }}
{{ $name }}: {{ kindIs "float64" $value | ternary (printf "%.0f" (float64 $value)) (toString $value) | quote }}
{{- end }}
{{- end }}

{{/* Variables that the values decide: nobody gives them from outside. */}}
{{- define "atrium.decidedVariables" -}}
PORT HOST KEEP_ALIVE_MS SHUTDOWN_GRACE_MS DRAIN_DELAY_MS METRICS METRICS_PORT TENANTS
{{- end }}

{{/* Of the secret for trials, those of .keys. */}}
{{- define "atrium.secretData" -}}
{{- $secrets := .root.Values.secrets }}
{{- $given := dict "DATABASE_URL" $secrets.databaseUrl "REDIS_URL" $secrets.redisUrl "JWT_SECRET" $secrets.jwtSecret }}
{{- range $key := .keys }}
{{- with get $given $key }}
{{ $key }}: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* As above, of the server. */}}
{{- define "atrium.serverSecretData" -}}
{{- include "atrium.secretData" (dict "root" . "keys" (list "DATABASE_URL" "REDIS_URL" "JWT_SECRET")) | trim }}
{{- end }}

{{/*
Variables of .keys from the secret named by .secret, and those from outside. The server's secrets are not for the
migration. What the chart decides itself is not overridden by a secret, and nothing is said twice.
*/}}
{{- define "atrium.secretEnvironment" -}}
{{- $values := .root.Values }}
{{- $outside := list }}
{{- range $values.extraEnv }}
{{- $outside = append $outside .name }}
{{- end }}
{{- $issuer := or $values.config.JWT_ISSUER $values.config.JWKS_URL (has "JWT_ISSUER" $outside) (has "JWKS_URL" $outside) }}
{{- $wanted := dict "DATABASE_URL" (not $values.database.embedded) "REDIS_URL" (not $values.redis.enabled) "JWT_SECRET" (not $issuer) "WEBHOOK_SECRET_KEY" true }}
{{- $given := dict "DATABASE_URL" $values.secrets.databaseUrl "REDIS_URL" $values.secrets.redisUrl "JWT_SECRET" $values.secrets.jwtSecret }}
{{- range $key := .keys }}
{{- if and (get $wanted $key) (or $values.existingSecret (get $given $key)) (not (has $key $outside)) }}
- name: {{ $key }}
  valueFrom:
    secretKeyRef:
      name: {{ $.secret | quote }}
      key: {{ $key }}
      optional: {{ has $key (list "REDIS_URL" "WEBHOOK_SECRET_KEY") }}
{{- end }}
{{- end }}
{{- range $values.extraEnv }}
{{- if not (and (has .name (keys $wanted)) (not (has .name $.keys))) }}
- {{ toYaml . | nindent 2 | trim }}
{{- end }}
{{- end }}
{{- end }}
