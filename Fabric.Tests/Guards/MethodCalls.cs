using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Fabric.Tests.Guards;

/// <summary>What each method of an assembly calls, read from its instructions.</summary>
internal static class MethodCalls
{
    private static readonly Dictionary<int, OpCode> s_codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value & 0xffff);

    /// <summary>Every call to another assembly or to native code: outermost type, method, callee as "Namespace.Type.Member".</summary>
    public static List<(string Type, string Method, string Callee)> Of(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var reader = file.GetMetadataReader();
        var calls = new List<(string, string, string)>();
        foreach (var handle in reader.MethodDefinitions)
        {
            var method = reader.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0)
                continue;
            var type = Outermost(reader, method.GetDeclaringType());
            var name = reader.GetString(method.Name);
            foreach (var token in Tokens(file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!))
            {
                if (Name(reader, token) is { } callee)
                    calls.Add((type, name, callee));
            }
        }
        return calls;
    }

    private static string Outermost(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        return type.GetDeclaringType().IsNil ? reader.GetString(type.Name).Split('`')[0] : Outermost(reader, type.GetDeclaringType());
    }

    private static string? Name(MetadataReader reader, EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.MethodSpecification:
                return Name(reader, reader.GetMethodSpecification((MethodSpecificationHandle)handle).Method);
            case HandleKind.MemberReference:
                var member = reader.GetMemberReference((MemberReferenceHandle)handle);
                return member.Parent.Kind == HandleKind.TypeReference
                    ? $"{TypeName(reader, (TypeReferenceHandle)member.Parent)}.{reader.GetString(member.Name)}"
                    : null;
            case HandleKind.MethodDefinition:
                var method = reader.GetMethodDefinition((MethodDefinitionHandle)handle);
                return (method.Attributes & MethodAttributes.PinvokeImpl) != 0 ? $"native.{reader.GetString(method.Name)}" : null;
            default:
                return null;
        }
    }

    private static string TypeName(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
    }

    /// <summary>The methods that instructions name.</summary>
    private static IEnumerable<EntityHandle> Tokens(byte[] code)
    {
        for (var at = 0; at < code.Length; )
        {
            int value = code[at++];
            if (value == 0xfe)
                value = 0xfe00 | code[at++];
            var operand = s_codes[value].OperandType;
            if (operand == OperandType.InlineMethod)
                yield return (EntityHandle)
                    System.Reflection.Metadata.Ecma335.MetadataTokens.Handle(BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at)));
            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at)),
                _ => 4,
            };
        }
    }
}
