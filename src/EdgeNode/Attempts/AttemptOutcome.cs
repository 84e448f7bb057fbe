namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>How one call to one target ended, as far as the next step depends on it.</summary>
public enum AttemptOutcome
{
    /// <summary>A whole answer, or the first semantic event of a stream.</summary>
    Ok,

    /// <summary>The provider meant it: the request itself is wrong.</summary>
    ClientError,

    /// <summary>429: leave the target alone for a while; the breaker does not count it.</summary>
    RateLimited,

    /// <summary>The credential or its account is refused.</summary>
    CredentialRefused,

    /// <summary>The provider does not have the model or deployment.</summary>
    ModelMissing,

    /// <summary>The request sends back something that another provider keeps or alone can read.</summary>
    ItemMissing,

    /// <summary>The prompt is too long for this model.</summary>
    ContextTooLong,

    /// <summary>The provider's content filter refused the prompt.</summary>
    ContentFiltered,

    /// <summary>5xx, 529 and their like.</summary>
    ServerError,

    ConnectFailed,

    /// <summary>The connection ended before any byte of the answer.</summary>
    Disconnected,

    TimeoutConnect,
    TimeoutFirstToken,
    TimeoutInterToken,
    TimeoutTotal,

    /// <summary>The answer ended before it was whole.</summary>
    Cut,

    /// <summary>An error event inside a stream that began with 200.</summary>
    ErrorEvent,

    /// <summary>A 200 whose body is no answer: an error object, HTML, nothing, or not JSON.</summary>
    BadBody,

    /// <summary>Larger than the gateway holds.</summary>
    TooLarge,

    BreakerOpen,
    BulkheadFull,

    /// <summary>The target was cooling down, or had no credential that was not.</summary>
    CoolingDown,

    /// <summary>The target's dialect or its declared capabilities cannot take the request; it was not called.</summary>
    NotTranslatable,

    /// <summary>A budget refused; the target was not called.</summary>
    OverBudget,

    /// <summary>The rights of a running stream were used up and there were no more: it was ended as at its length limit.</summary>
    BudgetUsedUp,

    /// <summary>The client went away.</summary>
    ClientGone,

    /// <summary>The client's own time-out passed; that says nothing about the target.</summary>
    ClientDeadline,

    /// <summary>Another call for the same request answered first, so this one was ended.</summary>
    Superseded,

    /// <summary>A proper stop without any content, which the model's configuration does not take for an answer.</summary>
    EmptyAnswer,
}
