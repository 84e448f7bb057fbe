using System.Buffers.Binary;
using System.Text;

namespace GlobalGateway.Cql.Wire;

/// <summary>Writes a statement's values as the types that its preparation named; anything else is refused before it is sent.</summary>
internal static class ValueWriter
{
    public static void Write(FrameWriter writer, CqlCall call, CqlColumn[] parameters)
    {
        if (call.Values.Count != parameters.Length)
        {
            throw new ArgumentException($"{call.Values.Count} values were given for {parameters.Length} parameters of {call.Statement.Text}", nameof(call));
        }

        writer.UInt16(parameters.Length);
        for (var i = 0; i < parameters.Length; i++)
        {
            if (!TryWrite(writer, parameters[i].Type, call.Values[i]))
            {
                throw Wrong(call, parameters[i], call.Values[i]);
            }
        }
    }

    private static bool TryWrite(FrameWriter writer, CqlTypeCode type, object? value)
    {
        switch (type, value)
        {
            case (CqlTypeCode.Varchar or CqlTypeCode.Ascii, string text) when type is CqlTypeCode.Varchar || Ascii.IsValid(text):
                writer.LongString(text);
                return true;
            case (CqlTypeCode.Int, int number):
                writer.Int32(sizeof(int));
                writer.Int32(number);
                return true;
            case (CqlTypeCode.Bigint, long number):
                writer.Int32(sizeof(long));
                writer.Int64(number);
                return true;
            case (CqlTypeCode.Timestamp, DateTimeOffset time):
                writer.Int32(sizeof(long));
                writer.Int64(time.ToUnixTimeMilliseconds());
                return true;
            case (CqlTypeCode.Boolean, bool flag):
                writer.Int32(1);
                writer.Byte(flag ? (byte)1 : (byte)0);
                return true;
            case (CqlTypeCode.Uuid or CqlTypeCode.Timeuuid, Guid id) when type is CqlTypeCode.Uuid || id.Version == 1:
                writer.Int32(16);
                id.TryWriteBytes(writer.Grow(16), bigEndian: true, out _);
                return true;
            case (CqlTypeCode.Blob, byte[] bytes):
                writer.Bytes(bytes);
                return true;
            case (CqlTypeCode.Blob, ReadOnlyMemory<byte> bytes):
                writer.Bytes(bytes.Span);
                return true;
            default:
                return false;
        }
    }

    private static ArgumentException Wrong(CqlCall call, CqlColumn parameter, object? value)
    {
        var given = value switch
        {
            null => "null was given, which would delete it",
            string when parameter.Type is CqlTypeCode.Ascii => "the text given is not ASCII",
            Guid when parameter.Type is CqlTypeCode.Timeuuid => "the UUID given is not of version 1",
            _ => $"a {value.GetType().Name} was given",
        };
        return new ArgumentException($"parameter {parameter.Name} of {call.Statement.Text} is a {parameter.Type}, {given}", nameof(call));
    }
}
