namespace GlobalGateway.EdgeNode.Shapes;

/// <summary>Which features a body asks for, by the names of fields in it; asked for few requests, so it may look through the whole.</summary>
public static class ShapeFlags
{
    public static IReadOnlyList<string> Of(ReadOnlySpan<byte> body, bool stream)
    {
        var flags = new List<string>();
        if (stream)
        {
            flags.Add("stream");
        }

        if (body.IndexOf("\"tools\""u8) >= 0 || body.IndexOf("\"functions\""u8) >= 0)
        {
            flags.Add("tools");
        }

        if (body.IndexOf("\"image_url\""u8) >= 0 || body.IndexOf("\"input_image\""u8) >= 0 || body.IndexOf("\"image\""u8) >= 0 || body.IndexOf("\"inlineData\""u8) >= 0 || body.IndexOf("\"fileData\""u8) >= 0)
        {
            flags.Add("images");
        }

        if (body.IndexOf("\"json_schema\""u8) >= 0 || body.IndexOf("\"responseSchema\""u8) >= 0 || body.IndexOf("\"responseJsonSchema\""u8) >= 0)
        {
            flags.Add("schema");
        }

        return flags;
    }
}
