vcl 4.1;

# Varnish in front of Atrium. docs/http-caches.md explains each choice.
# Try it as it stands: varnishd -F -n /tmp/varnish-atrium -a 127.0.0.1:8081 -p http_gzip_support=off -f "$PWD/docs/examples/atrium.vcl"
# Change the address of Atrium.

import std;

backend atrium {
  .host = "127.0.0.1";
  .port = "3000";
  # Below KEEP_ALIVE_MS of Atrium are Varnish's own 60 s of an idle connection.
  .probe = {
    .url = "/health/ready";
    .interval = 1s;
    .timeout = 1s;
    .window = 3;
    .threshold = 2;
    .initial = 2;
  }
}

sub vcl_recv {
  # Sent twice, it is one value that Atrium refuses; the key has the same. Another TENANT_HEADER is another name in this file.
  std.collect(req.http.X-Tenant-Id);

  # One form of each coding: phones spell the header in many ways.
  if (req.http.Accept-Encoding ~ "(?i)\bbr\b(?!;\s*q=0(\.0*)?\s*(,|$))") {
    set req.http.Accept-Encoding = "br";
  } elsif (req.http.Accept-Encoding ~ "(?i)\bzstd\b(?!;\s*q=0(\.0*)?\s*(,|$))") {
    set req.http.Accept-Encoding = "zstd";
  } elsif (req.http.Accept-Encoding ~ "(?i)\bgzip\b(?!;\s*q=0(\.0*)?\s*(,|$))") {
    set req.http.Accept-Encoding = "gzip";
  } else {
    unset req.http.Accept-Encoding;
  }

  # Atrium knows no cookies. Varnish passes requests by that have one, and those with Authorization.
  unset req.http.Cookie;

  # While Atrium is there, nothing is served that is over. While it is away, what vcl_backend_response gives grace.
  if (std.healthy(req.backend_hint)) {
    set req.grace = 0s;
  }
}

sub vcl_hash {
  hash_data(req.http.X-Tenant-Id);
}

sub vcl_backend_response {
  # Without a max-age of its own an answer is not kept. Varnish would keep a 404 for two minutes.
  if (beresp.http.Cache-Control !~ "max-age=\d") {
    set beresp.ttl = 0s;
  }
  if (beresp.ttl <= 0s) {
    set beresp.uncacheable = true;
    set beresp.ttl = 1s;
    set beresp.grace = 0s;
    return (deliver);
  }
  set beresp.grace = 0s;
  # What is over is asked for with its tag, and a 304 brings a max-age of its own.
  set beresp.keep = 10m;
  # These hold periods and no states: apps compute what is live by themselves, and can use an old one.
  if (beresp.status == 200 && bereq.url ~ "^/(timeline|tenant)/?$") {
    set beresp.grace = 10m;
  }
}
