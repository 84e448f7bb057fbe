using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace GlobalGateway.Testing;

/// <summary>A real Kestrel on a free port of loopback, for whoever has to answer something.</summary>
public static class LoopbackServer
{
    /// <summary>Answers nothing yet: give it a <c>Run</c>, start it, and find it under its first URL.</summary>
    /// <param name="certificate">Absent for plain http.</param>
    public static WebApplication Build(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        return builder.Build();
    }
}
