import { readFileSync } from 'node:fs';

/** Names in /proc/cpuinfo of what multiplies bytes and adds in 32 bits: AVX512-VNNI, and its shorter form of 2021. */
const FLAGS = /^flags\s*:.*\b(avx512_vnni|avx_vnni)\b/m;

/**
 * Whether 8-bit networks are fast and right here. Other x86 processors add pairs of products in 16 bits, which
 * overflows; ARM has not been measured. Only Linux says what its processor can do.
 */
export function multipliesBytes(cpuinfo = '/proc/cpuinfo', arch: string = process.arch): boolean {
  if (arch !== 'x64') return false;
  try {
    return FLAGS.test(readFileSync(cpuinfo, 'utf8'));
  } catch {
    return false;
  }
}
