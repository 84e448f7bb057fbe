using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.Contracts.Loading.Kinds;

internal static class TenantReader
{
    public static Tenant Read(ResourceHeader header, SpecReader r)
    {
        var tenant = new Tenant
        {
            Name = header.Name,
            Labels = header.Labels,
            Tier = r.Value("tier", Forms.OneOf<Tier>(), Tier.P1),
            Models = r.References("models", nameof(Model), max: 1_000, pattern: true),
            Routes = r.Has("routes") ? r.References("routes", nameof(Route), max: 1_000, pattern: true) : ["*"],
            Keys = r.List("keys", Key, max: 1_000),
            Jwt = r.OptionalObject("jwt", Jwt),
            UnknownParameters = r.Value("unknownParameters", Forms.OneOf<UnknownParameters>(), UnknownParameters.Drop),
            RecordShapes = r.Value("recordShapes", Forms.Flag(), true),
        };
        CommonReaders.Unique(r, "keys", tenant.Keys, key => key.Name);
        return tenant;
    }

    private static ClientKey Key(SpecReader r)
    {
        var key = new ClientKey
        {
            Name = r.Required("name", Forms.Label()),
            Sha256 = r.Required("sha256", Forms.Sha256()),
            NotBefore = r.Optional("notBefore", Forms.Time()),
            NotAfter = r.Optional("notAfter", Forms.Time()),
            Team = r.OptionalText("team", Forms.Label()),
        };
        if (key.NotBefore >= key.NotAfter)
        {
            r.Add("notAfter", "is not after notBefore; the key would never be valid");
        }

        return key;
    }

    private static JwtIssuer Jwt(SpecReader r) => new()
    {
        Issuer = r.Required("issuer", UrlForm.Http()),
        JwksUrl = r.OptionalText("jwksUrl", UrlForm.Http()),
        Audience = r.Required("audience", Forms.Text()),
        Claim = r.Required("claim", Forms.Text()),
        Value = r.Required("value", Forms.Text()),
    };
}
