namespace GlobalGateway.Cql;

/// <summary>A statement failed.</summary>
/// <param name="isAmbiguous">A write may have happened, or may happen yet.</param>
public class CqlException(string message, bool isAmbiguous, Exception? inner = null) : Exception(message, inner)
{
    public bool IsAmbiguous => isAmbiguous;
}

/// <summary>No node could be asked: nothing was sent.</summary>
public sealed class CqlNoNodeException(string message, Exception? inner = null) : CqlException(message, isAmbiguous: false, inner);

/// <summary>Too much is waiting for answers already: nothing was sent.</summary>
public sealed class CqlBusyException(string message) : CqlException(message, isAmbiguous: false);

/// <summary>No answer came in time, or the connection ended before it.</summary>
public sealed class CqlNoAnswerException(string message, Exception? inner = null) : CqlException(message, isAmbiguous: true, inner);

/// <summary>The server answered with an error.</summary>
public sealed class CqlServerException(CqlErrorCode code, string message, bool isAmbiguous) : CqlException(message, isAmbiguous)
{
    public CqlErrorCode Code => code;
}

/// <summary>What a node sent is not the protocol, or more than is taken; the connection is closed.</summary>
public sealed class CqlProtocolException(string message) : CqlException(message, isAmbiguous: true);

/// <summary>Errors of the server, with the protocol's numbers.</summary>
public enum CqlErrorCode
{
    Server = 0x0000,
    Protocol = 0x000A,
    BadCredentials = 0x0100,
    Unavailable = 0x1000,
    Overloaded = 0x1001,
    Bootstrapping = 0x1002,
    Truncate = 0x1003,
    WriteTimeout = 0x1100,
    ReadTimeout = 0x1200,
    ReadFailure = 0x1300,
    FunctionFailure = 0x1400,
    WriteFailure = 0x1500,
    Syntax = 0x2000,
    Unauthorized = 0x2100,
    Invalid = 0x2200,
    Configuration = 0x2300,
    AlreadyExists = 0x2400,
    Unprepared = 0x2500,
}
