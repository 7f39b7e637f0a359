/** The name under which a run waits for the person to ask for another attempt. */
export const retryAnswer = (attempts: number): string => `retry ${attempts}`;
