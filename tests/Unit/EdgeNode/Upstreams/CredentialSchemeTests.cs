using GlobalGateway.Contracts.Resources;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Upstreams;

public class CredentialSchemeTests
{
    private const string Variable = "GG_SECRET_SCHEME_TEST";

    [Theory]
    [InlineData(ProviderFormat.AzureOpenAI, CredentialScheme.Key, "api-key", "s3cret")]
    [InlineData(ProviderFormat.AzureOpenAI, CredentialScheme.Bearer, "authorization", "Bearer s3cret")]
    [InlineData(ProviderFormat.OpenAI, CredentialScheme.Key, "authorization", "Bearer s3cret")]
    [InlineData(ProviderFormat.Anthropic, CredentialScheme.Key, "x-api-key", "s3cret")]
    [InlineData(ProviderFormat.Anthropic, CredentialScheme.Bearer, "authorization", "Bearer s3cret")]
    public async Task Secret_GoesInTheHeaderOfItsScheme_AndInNoOther(ProviderFormat format, CredentialScheme scheme, string header, string value)
    {
        Environment.SetEnvironmentVariable(Variable, "s3cret");
        await using var upstream = await ScriptedUpstream.StartAsync();
        var resources = TestResources.For(format, upstream);
        await using var edge = await EdgeHost.StartAsync(resources with
        {
            Providers = [resources.Providers[0] with { Credentials = [new Credential { Name = "main", FromEnv = Variable, Scheme = scheme }] }],
        });

        await edge.ChatAsync();

        var headers = upstream.Requests.First().Headers;
        headers[header].ShouldBe(value);
        headers.Count(h => h.Value.Contains("s3cret", StringComparison.Ordinal)).ShouldBe(1);
    }
}
