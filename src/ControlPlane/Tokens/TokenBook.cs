using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Audit;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Tokens;

/// <summary>Who holds a token of the API, and with which role. The file of the first admin's token works even while the store is away.</summary>
public sealed partial class TokenBook(IKeyValueStore store, StoreMirror mirror, FleetKeys keys, AuditLog audit, AdminToken first, TimeProvider clock)
{
    public const int TokensMax = 500;

    /// <summary>The name that the audit shows for the token in the control plane's file.</summary>
    public const string FirstAdmin = "admin-token-file";

    private const string Prefix = "ggt_";
    private const string Scheme = "Bearer ";
    private const int HeaderLettersMax = 512;

    private volatile Known _known = new(MirroredState.Empty, ImmutableArray<ApiToken>.Empty);

    /// <summary>Everybody who may call, by name.</summary>
    public IReadOnlyList<ApiToken> All => Read();

    /// <returns>Who calls, or nothing.</returns>
    public (string Name, ApiRole Role)? Identify(string? authorization)
    {
        if (authorization is null || authorization.Length > HeaderLettersMax || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (first.Accepts(authorization))
        {
            return (FirstAdmin, ApiRole.Admin);
        }

        // Every token is compared, in constant time: the time an answer takes says nothing about any of them.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Scheme.Length..].Trim()));
        ApiToken? found = null;
        foreach (var token in Read())
        {
            found = CryptographicOperations.FixedTimeEquals(Convert.FromHexString(token.Sha256), hash) ? token : found;
        }

        return found is null ? null : (found.Name, found.Role);
    }

    /// <returns>The new token, to be shown once; or why there is none.</returns>
    public async Task<(string? Token, string? Problem)> CreateAsync(string name, ApiRole role, string by, CancellationToken cancel)
    {
        if (!NameForm().IsMatch(name) || name == FirstAdmin)
        {
            return (null, $"\"{name}\" is not a name of 1 to 63 lower-case letters, digits and dashes");
        }

        if (All.Count >= TokensMax)
        {
            return (null, $"there are {TokensMax} tokens already; delete one first");
        }

        var secret = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var token = new ApiToken(name, role, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret))), clock.GetUtcNow(), by);
        var written = await store.CommitAsync(
            new StoreTransaction(
                [StoreCondition.Absent(keys.Token(name))],
                [
                    new StoreWrite.Put(keys.Token(name), JsonSerializer.SerializeToUtf8Bytes(token, TokenJsonContext.Default.ApiToken)),
                    audit.Entry(by, "token.create", $"tokens/{name}", new AuditChange(null, Shown(token))),
                ]),
            cancel);
        return written.Applied ? (secret, null) : (null, $"there is a token \"{name}\" already; delete it first, or choose another name");
    }

    /// <returns>Whether there was such a token.</returns>
    public async Task<bool> DeleteAsync(string name, string by, CancellationToken cancel)
    {
        if (!NameForm().IsMatch(name) || (await store.RangeAsync(StoreQuery.One(keys.Token(name)), cancel)).Single is not { } entry)
        {
            return false;
        }

        var token = JsonSerializer.Deserialize(entry.Value, TokenJsonContext.Default.ApiToken)!;
        var written = await store.CommitAsync(
            new StoreTransaction(
                [new StoreCondition.ChangedAt(entry.Key, entry.ModRevision)],
                [new StoreWrite.Delete(entry.Key), audit.Entry(by, "token.delete", $"tokens/{name}", new AuditChange(Shown(token), null))]),
            cancel);
        return written.Applied;
    }

    private static JsonObject Shown(ApiToken token) => new() { ["name"] = token.Name, ["role"] = token.Role.ToString().ToLowerInvariant(), ["createdBy"] = token.CreatedBy };

    private ImmutableArray<ApiToken> Read()
    {
        var known = _known;
        var state = mirror.Current;
        if (!ReferenceEquals(known.State, state))
        {
            _known = known = new Known(state, [.. state.Under(keys.Tokens).Select(entry => JsonSerializer.Deserialize(entry.Value, TokenJsonContext.Default.ApiToken)!)]);
        }

        return known.Tokens;
    }

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex NameForm();

    private sealed record Known(MirroredState State, ImmutableArray<ApiToken> Tokens);
}
