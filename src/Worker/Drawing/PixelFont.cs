namespace Magvit.Worker.Drawing;

/// <summary>A fixed-width font of 5x7 dots for charts and sheets; characters that it lacks are drawn as a box.</summary>
internal static class PixelFont
{
    /// <summary>Dots across a character, the gap after it included.</summary>
    public const int Advance = 6;

    /// <summary>Dots from the top of a capital to its foot; two more hang below.</summary>
    public const int Height = 7;

    /// <summary>Rows of a character with what hangs below the line.</summary>
    public const int Rows = 9;

    // Nine rows of five dots a character, the top row first, the left dot the highest of five bits.
    private static readonly Dictionary<char, byte[]> Glyphs = Parse(
        """
        0 0E11131519110E0000
        1 040C0404 04040E0000
        2 0E110102 04081F0000
        3 1F020402 01110E0000
        4 02060A12 1F02020000
        5 1F101E01 01110E0000
        6 0608101E 11110E0000
        7 1F010204 0808080000
        8 0E11110E 11110E0000
        9 0E11110F 01020C0000
        A 0E11111F 1111110000
        B 1E11111E 11111E0000
        C 0E111010 10110E0000
        D 1C121111 11121C0000
        E 1F10101E 10101F0000
        F 1F10101E 1010100000
        G 0E111017 11110F0000
        H 1111111F 1111110000
        I 0E040404 04040E0000
        J 07020202 02120C0000
        K 11121418 1412110000
        L 10101010 10101F0000
        M 111B1515 1111110000
        N 11191513 1111110000
        O 0E111111 11110E0000
        P 1E11111E 1010100000
        Q 0E111111 15120D0000
        R 1E11111E 1412110000
        S 0F10100E 01011E0000
        T 1F040404 0404040000
        U 11111111 11110E0000
        V 11111111 110A040000
        W 11111115 15150A0000
        X 11110A04 0A11110000
        Y 1111110A 0404040000
        Z 1F010204 08101F0000
        a 00000E01 0F110F0000
        b 10101E11 11111E0000
        c 00000E11 10110E0000
        d 01010F11 11110F0000
        e 00000E11 1F100E0000
        f 0609081C 0808080000
        g 00000F11 11110F010E
        h 10101611 1111110000
        i 04000C04 04040E0000
        j 02000602 02020212 0C
        k 10101214 1814120000
        l 0C040404 04040E0000
        m 00001A15 1515150000
        n 00001611 1111110000
        o 00000E11 11110E0000
        p 00001E11 11111E1010
        q 00000F11 11110F0101
        r 00001619 1010100000
        s 00000F10 0E011E0000
        t 08081C08 0809060000
        u 00001111 11130D0000
        v 00001111 110A040000
        w 00001111 15150A0000
        x 0000110A 040A110000
        y 00001111 11110F010E
        z 00001F02 04081F0000
        . 00000000 000C0C0000
        , 00000000 000C040800
        : 000C0C00 0C0C000000
        - 0000001F 0000000000
        + 0004041F 0404000000
        / 01010204 0810100000
        % 18190204 0813030000
        ( 02040808 0804020000
        ) 08040202 0204080000
        = 00001F00 1F00000000
        _ 00000000 0000001F00
        ~ 00000815 0200000000
        < 02040810 0804020000
        > 08040201 0204080000
        # 0A0A1F0A 1F0A0A0000
        """);

    private static readonly byte[] Unknown = [0x1F, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1F, 0, 0];

    /// <summary>Whether the dot of a character is set.</summary>
    public static bool IsSet(char character, int x, int y) =>
        character != ' ' && (Glyphs.GetValueOrDefault(character, Unknown)[y] >> (4 - x) & 1) != 0;

    private static Dictionary<char, byte[]> Parse(string table) => table.Split('\n')
        .ToDictionary(line => line[0], line => Convert.FromHexString(line[2..].Replace(" ", "", StringComparison.Ordinal)));
}
