namespace GlobalGateway.Cql.Wire;

/// <summary>Makes an answer of a frame's body.</summary>
internal static class ResponseDecoder
{
    private const byte Compressed = 0x01;
    private const byte Traced = 0x02;
    private const byte WithPayload = 0x04;
    private const byte WithWarnings = 0x08;
    private const int TraceIdBytes = 16;

    /// <summary>Results that say what they are after it.</summary>
    private enum ResultKind
    {
        Void = 1,
        Rows = 2,
        SetKeyspace = 3,
        Prepared = 4,
        SchemaChange = 5,
    }

    /// <param name="body">Owned by the answer from now on, when <see cref="KeepsBody"/>.</param>
    /// <exception cref="CqlProtocolException">It is not what the protocol says.</exception>
    public static CqlResponse Decode(FrameHeader header, ReadOnlyMemory<byte> body)
    {
        var reader = new BodyReader(body);
        SkipExtras(header.Flags, ref reader);
        return header.Opcode switch
        {
            CqlOpcode.Error => Error(ref reader),
            CqlOpcode.Ready => ReadyResponse.Instance,
            CqlOpcode.Authenticate => new AuthenticateResponse(reader.String()),
            CqlOpcode.Supported => Supported(ref reader),
            CqlOpcode.Result => Result(ref reader),
            CqlOpcode.Event => EventResponse.Instance,
            CqlOpcode.AuthChallenge => AuthChallengeResponse.Instance,
            CqlOpcode.AuthSuccess => AuthSuccessResponse.Instance,
            _ => throw new CqlProtocolException($"the answer is of unknown kind 0x{(byte)header.Opcode:X2}"),
        };
    }

    /// <summary>Rows and prepared statements refer to the body's bytes; other answers only read them.</summary>
    public static bool KeepsBody(CqlOpcode opcode) => opcode is CqlOpcode.Result;

    private static void SkipExtras(byte flags, ref BodyReader reader)
    {
        if ((flags & Compressed) != 0)
        {
            throw new CqlProtocolException("the answer is compressed, which nobody asked for");
        }

        if ((flags & Traced) != 0)
        {
            reader.Take(TraceIdBytes);
        }

        if ((flags & WithWarnings) != 0)
        {
            SkipStrings(ref reader);
        }

        if ((flags & WithPayload) != 0)
        {
            for (var left = reader.ShortCount(itemBytesMin: 6); left > 0; left--)
            {
                reader.SkipString();
                reader.Bytes();
            }
        }
    }

    private static void SkipStrings(ref BodyReader reader)
    {
        for (var left = reader.ShortCount(itemBytesMin: 2); left > 0; left--)
        {
            reader.SkipString();
        }
    }

    private static SupportedResponse Supported(ref BodyReader reader)
    {
        for (var left = reader.ShortCount(itemBytesMin: 4); left > 0; left--)
        {
            reader.SkipString();
            SkipStrings(ref reader);
        }

        return SupportedResponse.Instance;
    }

    private static CqlResponse Result(ref BodyReader reader) => (ResultKind)reader.Int32() switch
    {
        ResultKind.Void or ResultKind.SchemaChange or ResultKind.SetKeyspace => DoneResponse.Instance,
        ResultKind.Rows => new RowsResponse(RowsDecoder.Rows(ref reader)),
        ResultKind.Prepared => RowsDecoder.Prepared(ref reader),
        var kind => throw new CqlProtocolException($"the result is of unknown kind {(int)kind}"),
    };

    private static ErrorResponse Error(ref BodyReader reader)
    {
        var code = (CqlErrorCode)reader.Int32();
        var message = reader.String();
        if (code is CqlErrorCode.WriteTimeout or CqlErrorCode.WriteFailure)
        {
            // Consistency, acknowledged, needed and, of a failure, how many said so.
            reader.Take(sizeof(ushort) + sizeof(int) + sizeof(int) + (code is CqlErrorCode.WriteFailure ? sizeof(int) : 0));
            return new ErrorResponse(code, message, reader.String());
        }

        return new ErrorResponse(code, message);
    }
}
