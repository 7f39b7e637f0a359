const SECRET = /(_KEY|_TOKEN|_PASSWORD|_SECRET|_CREDENTIALS|_HEADERS|^SMTP_URL|^SKEP_LLM_FALLBACKS)$/;

/** Whether a setting belongs into a Secret, never into values: its name ends like one, or its value contains them. */
export const isSecret = (setting: string): boolean => SECRET.test(setting);
