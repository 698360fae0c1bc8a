{{/* Peers of a NetworkPolicy's rule: .namespaces by name, .cidrs, and .peers as they are. */}}
{{- define "atrium.peers" -}}
{{- with .namespaces }}
- namespaceSelector:
    matchExpressions:
      - { key: kubernetes.io/metadata.name, operator: In, values: {{ toJson . }} }
{{- end }}
{{- range .cidrs }}
- ipBlock: { cidr: {{ . | quote }} }
{{- end }}
{{- with .peers }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The port of a URL, also where it is the scheme's. */}}
{{- define "atrium.portOf" -}}
{{- $url := urlParse . }}
{{- regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default (eq $url.scheme "https" | ternary "443" "80") }}
{{- end }}

{{/*
What .component needs of networkPolicy.egress, as YAML: a target that nothing uses stays closed. Migration and
purge ask neither Redis nor an issuer nor a collector.
*/}}
{{- define "atrium.targets" -}}
{{- $values := .root.Values }}
{{- $config := $values.config }}
{{- $server := eq .component "server" }}
{{- $redis := and (not $values.redis.enabled) (or $values.existingSecret $values.secrets.redisUrl $values.extraEnv $values.extraEnvFrom) }}
{{- $issuer := or $config.JWKS_URL $config.JWT_ISSUER }}
{{- $used := dict "sqlServer" (not $values.database.embedded) "redis" (and $server $redis) "issuer" (and $server $issuer) "otlp" (and $server $config.OTEL_EXPORTER_OTLP_ENDPOINT) }}
{{- $urls := dict "issuer" $issuer "otlp" $config.OTEL_EXPORTER_OTLP_ENDPOINT }}
{{- $targets := dict }}
{{- range $name, $target := $values.networkPolicy.egress }}
{{- if and $target (or (not (hasKey $used $name)) (get $used $name)) }}
{{- $port := $target.port }}
{{- if not $port }}
{{- $port = include "atrium.portOf" (get $urls $name) | int }}
{{- end }}
{{- $_ := set $targets $name (merge (dict "port" $port) $target) }}
{{- end }}
{{- end }}
{{- toYaml $targets }}
{{- end }}
