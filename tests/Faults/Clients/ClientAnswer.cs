using System.Text;

namespace GlobalGateway.Faults.Clients;

/// <summary>How the bytes of an answer ended.</summary>
public enum AnswerEnd
{
    /// <summary>As HTTP ends a message.</summary>
    Clean,

    /// <summary>The connection broke before the message was whole.</summary>
    Broken,

    /// <summary>Not within the client's patience.</summary>
    Never,
}

/// <summary>What a client got: every byte of it, and how it ended.</summary>
public sealed record ClientAnswer(int Status, byte[] Bytes, AnswerEnd End, TimeSpan Took)
{
    /// <summary>The target that answered, as the edge says.</summary>
    public string? Target { get; init; }

    /// <summary>Calls the edge made for it.</summary>
    public int Calls { get; init; }

    public string Text => Encoding.UTF8.GetString(Bytes);
}
