using GlobalGateway.EdgeNode.RemoteFiles;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.RemoteFiles;

public class RemoteFileFetcherTests
{
    private static readonly GlobalGateway.Contracts.Resources.RemoteFiles Policy = new() { Hosts = ["localhost"], Timeout = TimeSpan.FromSeconds(30) };

    [Fact]
    public async Task Fetch_OfAPicture_IsItsBytesAndType()
    {
        await using var server = await FileServer.StartAsync();

        (await FetchAsync($"{server.Url}/a.png")).ShouldBe(new FetchedFile("image/png", "aGk="));
    }

    [Fact]
    public async Task Fetch_OfANameAtAnAddressThatIsNotPublic_DialsNobody()
    {
        await using var server = await FileServer.StartAsync();
        using var fetcher = FileServer.Fetcher(PublicAddresses.Allows);

        var file = await fetcher.FetchAsync($"{server.Url}/a.png", Policy, 1_000, TestContext.Current.CancellationToken);

        file.Problem.ShouldBe("is not at a public address");
        server.Requests.ShouldBe(0);
    }

    [Theory]
    [InlineData("http://localhost/a.png", "is not https")]
    [InlineData("https://user:secret@localhost/a.png", "holds credentials")]
    [InlineData("https://other.example/a.png", "is at other.example, a host that this model's configuration does not name")]
    [InlineData("https://127.0.0.1/a.png", "is at 127.0.0.1, a host that this model's configuration does not name")]
    [InlineData("file:///etc/passwd", "is not https")]
    [InlineData("a.png", "is no URL")]
    public async Task Fetch_OfWhatTheConfigurationDoesNotAllow_IsRefusedByItsText(string url, string problem) =>
        (await FetchAsync(url)).Problem.ShouldBe(problem);

    [Fact]
    public async Task Fetch_WithShippedSettings_TakesThePortOfHttpsOnly()
    {
        using var fetcher = new RemoteFileFetcher();

        (await fetcher.FetchAsync("https://localhost:8443/a.png", Policy, 1_000, TestContext.Current.CancellationToken)).Problem.ShouldBe("names another port than that of https");
    }

    [Theory]
    [InlineData("https://other.example/a.png", "is at other.example, a host that this model's configuration does not name")]
    [InlineData("http://localhost/a.png", "is not https")]
    public async Task Redirect_IsCheckedAsTheFirstUrl(string location, string problem)
    {
        await using var server = await FileServer.StartAsync();
        server.Answer = context => Redirect(context, location);

        (await FetchAsync($"{server.Url}/a.png")).Problem.ShouldBe(problem);
    }

    [Fact]
    public async Task Redirect_WithinTheHost_IsFollowedAndBounded()
    {
        await using var server = await FileServer.StartAsync();
        server.Answer = context => context.Request.Path == "/a.png" ? Redirect(context, "/b.png") : FileServer.WriteAsync(context, "image/png", "hi"u8.ToArray());

        (await FetchAsync($"{server.Url}/a.png")).Base64.ShouldBe("aGk=");
        server.Answer = context => Redirect(context, "/a.png");
        (await FetchAsync($"{server.Url}/a.png")).Problem.ShouldBe("redirects more than 3 times");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fetch_OfMoreBytesThanAreLeft_Stops(bool stated)
    {
        await using var server = await FileServer.StartAsync();
        server.Answer = async context =>
        {
            context.Response.ContentType = "image/png";
            context.Response.ContentLength = stated ? 2_000 : null;
            await context.Response.Body.WriteAsync(new byte[2_000], TestContext.Current.CancellationToken);
        };

        (await FetchAsync($"{server.Url}/a.png")).Problem!.ShouldStartWith("is larger than the 1,000 bytes");
    }

    [Fact]
    public async Task Fetch_OfASilentServer_EndsInTime()
    {
        await using var server = await FileServer.StartAsync();
        server.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var fetcher = FileServer.Fetcher();

        (await fetcher.FetchAsync($"{server.Url}/a.png", Policy with { Timeout = TimeSpan.FromMilliseconds(200) }, 1_000, TestContext.Current.CancellationToken)).Problem
            .ShouldBe("did not come within 0.2 s");
    }

    [Theory]
    [InlineData("text/html", 200, "is of type \"text/html\", and neither a picture nor a document")]
    [InlineData("image/png", 404, "was answered with status 404")]
    public async Task Fetch_OfSomethingElse_IsRefused(string type, int status, string problem)
    {
        await using var server = await FileServer.StartAsync();
        server.Answer = context =>
        {
            context.Response.StatusCode = status;
            return FileServer.WriteAsync(context, type, "hi"u8.ToArray());
        };

        (await FetchAsync($"{server.Url}/a.png")).Problem.ShouldBe(problem);
    }

    private static async Task<FetchedFile> FetchAsync(string url)
    {
        using var fetcher = FileServer.Fetcher();
        return await fetcher.FetchAsync(url, Policy, 1_000, TestContext.Current.CancellationToken);
    }

    private static Task Redirect(HttpContext context, string location)
    {
        context.Response.StatusCode = 302;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    }
}
