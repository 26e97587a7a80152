/**
 * Where a real service for these tests is, or undefined with a line that says what is left out for want of it.
 * .ci/run gives all of them, and does not let a skipped test pass.
 */
export function serviceUrl(
  variable:
    | 'TEST_DATABASE_URL'
    | 'TEST_REDIS_URL'
    | 'TEST_KAFKA_JARS'
    | 'TEST_S3_JAR'
    | 'TEST_CHROMIUM'
    | 'TEST_PROMETHEUS',
  example: string,
): string | undefined {
  const url = process.env[variable];
  if (!url) console.info(`${variable} is not set (such as ${example}): the tests against that service are skipped`);
  return url || undefined;
}
