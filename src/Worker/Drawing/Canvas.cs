using Magvit.Infrastructure.Media;

namespace Magvit.Worker.Drawing;

/// <summary>An RGB picture to draw on: rectangles, smooth lines, text and frames. What lies outside is cut off.</summary>
internal sealed class Canvas
{
    private readonly byte[] _rgb;

    /// <summary>A canvas of one colour.</summary>
    public Canvas(int width, int height, Rgb background)
    {
        (Width, Height, _rgb) = (width, height, new byte[width * height * 3]);
        Fill(0, 0, width, height, background);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>The pixels, [H, W, 3].</summary>
    public ReadOnlySpan<byte> Pixels => _rgb;

    /// <summary>How wide a text is.</summary>
    public static int TextWidth(string text, int scale = 1) => Math.Max(0, (text.Length * PixelFont.Advance) - 1) * scale;

    public void Fill(int left, int top, int width, int height, Rgb colour)
    {
        for (var y = Math.Max(0, top); y < Math.Min(Height, top + height); y++)
        {
            for (var x = Math.Max(0, left); x < Math.Min(Width, left + width); x++)
            {
                Blend(x, y, colour, 1);
            }
        }
    }

    /// <summary>A straight line with smooth edges.</summary>
    public void Line(double x0, double y0, double x1, double y1, Rgb colour, double width = 1, double opacity = 1)
    {
        var (dx, dy) = (x1 - x0, y1 - y0);
        var squared = (dx * dx) + (dy * dy);
        var reach = (width / 2) + 1;
        for (var y = (int)Math.Max(0, Math.Min(y0, y1) - reach); y <= Math.Min(Height - 1, Math.Max(y0, y1) + reach); y++)
        {
            for (var x = (int)Math.Max(0, Math.Min(x0, x1) - reach); x <= Math.Min(Width - 1, Math.Max(x0, x1) + reach); x++)
            {
                var along = squared == 0 ? 0 : Math.Clamp((((x - x0) * dx) + ((y - y0) * dy)) / squared, 0, 1);
                var distance = Math.Sqrt(Math.Pow(x - x0 - (along * dx), 2) + Math.Pow(y - y0 - (along * dy), 2));
                Blend(x, y, colour, opacity * Math.Clamp((width / 2) + 0.5 - distance, 0, 1));
            }
        }
    }

    /// <summary>Text whose capitals begin at the top left corner given.</summary>
    public void Text(string text, int left, int top, Rgb colour, int scale = 1)
    {
        for (var i = 0; i < text.Length; i++)
        {
            for (var y = 0; y < PixelFont.Rows; y++)
            {
                for (var x = 0; x < PixelFont.Advance - 1; x++)
                {
                    if (PixelFont.IsSet(text[i], x, y))
                    {
                        Fill(left + (((i * PixelFont.Advance) + x) * scale), top + (y * scale), scale, scale, colour);
                    }
                }
            }
        }
    }

    /// <summary>Copies a frame [H, W, 3], each pixel <paramref name="zoom"/> times in both directions.</summary>
    public void Draw(ReadOnlySpan<byte> frame, int width, int height, int left, int top, int zoom = 1)
    {
        for (var y = Math.Max(0, -top); y < Math.Min(height * zoom, Height - top); y++)
        {
            var row = frame.Slice(y / zoom * width * 3, width * 3);
            for (var x = Math.Max(0, -left); x < Math.Min(width * zoom, Width - left); x++)
            {
                row.Slice(x / zoom * 3, 3).CopyTo(_rgb.AsSpan((((top + y) * Width) + left + x) * 3, 3));
            }
        }
    }

    /// <summary>Writes the picture as PNG; it appears under its name only when it is whole.</summary>
    public void WritePng(string path)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllBytes(temporary, PngEncoder.Encode(_rgb, Width, Height));
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private void Blend(int x, int y, Rgb colour, double opacity)
    {
        var pixel = _rgb.AsSpan(((y * Width) + x) * 3, 3);
        pixel[0] = (byte)Math.Round(pixel[0] + ((colour.R - pixel[0]) * opacity));
        pixel[1] = (byte)Math.Round(pixel[1] + ((colour.G - pixel[1]) * opacity));
        pixel[2] = (byte)Math.Round(pixel[2] + ((colour.B - pixel[2]) * opacity));
    }
}
