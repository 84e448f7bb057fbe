namespace GlobalGateway.Bench.Targets;

/// <summary>nginx as a plain reverse proxy: kept-alive upstream connections, no buffering of streams, no access log.</summary>
internal static class NginxConfig
{
    public static string? FindProgram() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, "nginx")).FirstOrDefault(File.Exists);

    public static string Text(string home, int port, int upstream) => $$"""
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        daemon off;
        worker_processes auto;
        pid {{home}}/nginx.pid;
        error_log {{home}}/error.log warn;
        events { worker_connections 4096; }
        http {
          access_log off;
          client_body_temp_path {{home}}/body;
          proxy_temp_path {{home}}/proxy;
          fastcgi_temp_path {{home}}/fastcgi;
          uwsgi_temp_path {{home}}/uwsgi;
          scgi_temp_path {{home}}/scgi;
          keepalive_requests 1000000000;
          upstream fixed { server 127.0.0.1:{{upstream}}; keepalive 512; keepalive_requests 1000000000; }
          server {
            listen 127.0.0.1:{{port}} backlog=1024;
            location / {
              proxy_pass http://fixed;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_buffering off;
            }
          }
        }
        """;
}
