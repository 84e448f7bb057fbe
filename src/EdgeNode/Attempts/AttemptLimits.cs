namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>Every bound on how hard one request is tried.</summary>
public static class AttemptLimits
{
    /// <summary>Calls to providers for one request, whatever the targets.</summary>
    public const int CallsMax = 6;

    /// <summary>How often one answer may be taken up by another target.</summary>
    public const int ContinuationsMax = 2;

    /// <summary>Bytes of one non-streaming answer.</summary>
    public const int AnswerBytesMax = 64 * 1024 * 1024;

    /// <summary>Events and bytes held back before the first semantic event.</summary>
    public const int HeldEventsMax = 64;
    public const int HeldBytesMax = 64 * 1024;

    /// <summary>Events in which a stream without content must end to count as empty: a finish, its usage, its end mark.</summary>
    public const int EmptyEventsMax = 8;

    /// <summary>Wait for a place in a provider's bulkhead when no other target is left.</summary>
    public static readonly TimeSpan BulkheadWaitMax = TimeSpan.FromSeconds(5);

    /// <summary>Pause before the same target is asked again; half of it is random.</summary>
    public static readonly TimeSpan RepeatPause = TimeSpan.FromMilliseconds(50);

    /// <summary>A rate-limited target without a hint is left alone this long.</summary>
    public static readonly TimeSpan RateLimitCooldown = TimeSpan.FromSeconds(1);

    /// <summary>The longest hint that is waited for, where no other target is left and the client's time allows it.</summary>
    public static readonly TimeSpan RetryAfterWaitMax = TimeSpan.FromSeconds(3);

    /// <summary>Longest cooldown of a target by a provider's hint.</summary>
    public static readonly TimeSpan RateLimitCooldownMax = TimeSpan.FromMinutes(1);

    /// <summary>A refused credential without a hint is left alone this long, then tried again.</summary>
    public static readonly TimeSpan CredentialCooldown = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan CredentialCooldownMax = TimeSpan.FromHours(1);

    /// <summary>An upstream that lacks the model is left alone this long.</summary>
    public static readonly TimeSpan ModelMissingCooldown = TimeSpan.FromSeconds(10);

    /// <summary>How long a client has to receive the error event before the connection ends abnormally.</summary>
    public static readonly TimeSpan ErrorEventLead = TimeSpan.FromMilliseconds(200);
}
