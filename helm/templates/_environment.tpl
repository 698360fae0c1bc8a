{{/* The environment without what is secret: of the ConfigMap, and of its copy for the migration. */}}
{{- define "atrium.environment" -}}
PORT: '3000'
SHUTDOWN_GRACE_MS: {{ .Values.shutdown.graceMs | int | quote }}
DRAIN_DELAY_MS: {{ .Values.shutdown.drainDelayMs | int | quote }}
METRICS: {{ .Values.metrics.enabled | quote }}
{{- if and .Values.metrics.enabled (ne (include "atrium.metricsPortName" .) "http") }}
METRICS_PORT: {{ .Values.metrics.port | int | quote }}
{{- end }}
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

{{- define "atrium.secretData" -}}
{{- with .Values.secrets.databaseUrl }}
DATABASE_URL: {{ . | quote }}
{{- end }}
{{- with .Values.secrets.redisUrl }}
REDIS_URL: {{ . | quote }}
{{- end }}
{{- with .Values.secrets.jwtSecret }}
JWT_SECRET: {{ . | quote }}
{{- end }}
{{- end }}

{{/* Variables from the secret named by .secret; what the chart decides itself is not overridden by it. */}}
{{- define "atrium.secretEnvironment" -}}
{{- $values := .root.Values }}
{{- $issuer := or $values.config.JWT_ISSUER $values.config.JWKS_URL }}
{{- range $key, $wanted := dict "DATABASE_URL" (not $values.database.embedded) "REDIS_URL" (not $values.redis.enabled) "JWT_SECRET" (not $issuer) }}
{{- if $wanted }}
- name: {{ $key }}
  valueFrom:
    secretKeyRef:
      name: {{ $.secret }}
      key: {{ $key }}
      optional: {{ eq $key "REDIS_URL" }}
{{- end }}
{{- end }}
{{- end }}
