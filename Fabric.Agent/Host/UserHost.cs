using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Host;

/// <summary>Tells which user and process of this machine is at the other end of a unix socket.</summary>
public static unsafe class UserHost
{
    /// <summary>The longest entry of a user that is read, in bytes.</summary>
    private const int MaxEntryBytes = 1 << 16;

    /// <summary>The kernel's word for none.</summary>
    private const uint Nobody = uint.MaxValue;

    /// <summary>The user that the process at the other end ran as when it connected, as the kernel tells (unix(7), SO_PEERCRED).</summary>
    /// <exception cref="SocketException">It is no unix socket.</exception>
    public static uint PeerOf(Socket socket)
    {
        // struct ucred: pid, uid, gid, in the machine's order.
        Span<byte> credentials = stackalloc byte[12];
        var length = socket.GetRawSocketOption(Libc.SOL_SOCKET, Libc.SO_PEERCRED, credentials);
        var user = length == credentials.Length ? MemoryMarshal.Read<uint>(credentials[4..]) : Nobody;
        return user != Nobody ? user : throw new SocketException((int)SocketError.ProtocolFamilyNotSupported);
    }

    /// <summary>The process at the other end, as the kernel tells; 0 if it cannot be seen from here.</summary>
    /// <exception cref="SocketException">It is no unix socket.</exception>
    public static int ProcessOf(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[12];
        socket.GetRawSocketOption(Libc.SOL_SOCKET, Libc.SO_PEERCRED, credentials);
        return MemoryMarshal.Read<int>(credentials);
    }

    /// <summary>What a user is called here; the number for one without a name.</summary>
    public static string NameOf(uint user)
    {
        var entry = new byte[MaxEntryBytes];
        fixed (byte* buffer = entry)
        {
            // struct passwd begins with the pointer to the name.
            var account = stackalloc nint[16];
            var error = Libc.getpwuid_r(user, account, buffer, (nuint)entry.Length, out var found);
            var name = error == 0 && found != 0 ? Marshal.PtrToStringUTF8(account[0]) : null;
            return string.IsNullOrEmpty(name) ? user.ToString(CultureInfo.InvariantCulture) : name;
        }
    }
}
