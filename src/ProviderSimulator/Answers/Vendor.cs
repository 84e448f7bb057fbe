using GlobalGateway.ProviderSimulator.Validation;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.ProviderSimulator.Answers;

/// <summary>What one vendor's API has of its own: who may call, how it words errors, its headers and its keep-alives.</summary>
internal abstract class Vendor
{
    /// <summary>As fault and latency rules name it: openai, azure-openai, anthropic, gemini, sentiment.</summary>
    public abstract string Name { get; }

    /// <summary>The key the request came with, or null.</summary>
    public abstract string? CredentialOf(IHeaderDictionary headers);

    /// <summary>The vendor's 401 for this key, null being none.</summary>
    public abstract PreparedAnswer Unauthorized(string? key);

    /// <summary>The body the vendor sends with this status when nothing more is known.</summary>
    public abstract byte[] ErrorBody(int status);

    public abstract PreparedAnswer NotFound(string method, string path);
    public abstract PreparedAnswer MethodNotAllowed(string method, string path);
    public abstract PreparedAnswer TooLarge();
    public abstract PreparedAnswer NotJson(string? contentType);
    public abstract PreparedAnswer BadJson();

    /// <summary>A complaint in the vendor's words.</summary>
    public abstract PreparedAnswer Refuse(Complaint complaint);

    public virtual bool NeedsCredential => true;

    /// <summary>Headers the vendor puts on every answer.</summary>
    public abstract void WriteHeaders(IHeaderDictionary headers, string requestId, PreparedAnswer answer);

    /// <summary>An error body with this request's id where the vendor repeats it there.</summary>
    public virtual byte[] Stamp(byte[] errorBody, string requestId) => errorBody;

    /// <summary>What the vendor sends to keep a silent stream open.</summary>
    public abstract byte[] KeepAlive { get; }

    /// <summary>An error event inside a stream that has begun with 200.</summary>
    public abstract byte[] ErrorEvent(string endpoint);
}
